"""The benches' resources as an ordinary developer writes them with FastAPI and SQLModel."""

import os
import uuid
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, FastAPI, HTTPException, Response
from pydantic import NaiveDatetime
from sqlalchemy import Enum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

_, _, location = os.environ["DATABASE_URL"].partition("://")
engine = create_async_engine(f"postgresql+asyncpg://{location}")
app = FastAPI()


async def session() -> AsyncGenerator[AsyncSession, None]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


Session = Annotated[AsyncSession, Depends(session)]


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def new_id() -> str:
    return f"c{uuid.uuid4().hex[:24]}"


class PostStatus(StrEnum):
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class User(SQLModel, table=True):
    __tablename__ = "User"

    id: str = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True)
    name: str | None = None
    preferences: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    createdAt: NaiveDatetime = Field(default_factory=now)
    updatedAt: NaiveDatetime = Field(default_factory=now)


class Post(SQLModel, table=True):
    __tablename__ = "Post"

    id: str = Field(default_factory=new_id, primary_key=True)
    authorId: str = Field(foreign_key="User.id")
    title: str
    body: str
    status: PostStatus = Field(sa_type=Enum(PostStatus, name="PostStatus"))
    views: int = 0
    rating: Decimal | None = Field(default=None, max_digits=3, decimal_places=2)
    publishedAt: NaiveDatetime | None = None
    createdAt: NaiveDatetime = Field(default_factory=now)
    updatedAt: NaiveDatetime = Field(default_factory=now)


class UserCreate(SQLModel):
    email: str
    name: str | None = None


class UserUpdate(SQLModel):
    name: str | None = None


Row = TypeVar("Row")


class Page(SQLModel, Generic[Row]):
    data: list[Row]
    nextCursor: str | None = None
    total: int | None = None


@app.get("/api/v1/users")
async def list_users(session: Session, limit: int = 20) -> Page[User]:
    users = await session.exec(select(User).order_by(User.id).limit(limit))
    return Page(data=users.all())


@app.get("/api/v1/users/{id}")
async def get_user(session: Session, id: str) -> User:
    user = await session.get(User, id)
    if user is None:
        raise HTTPException(404)
    return user


@app.post("/api/v1/users", status_code=201)
async def create_user(session: Session, body: UserCreate, response: Response) -> User:
    user = User.model_validate(body)
    session.add(user)
    await session.commit()
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    return user


@app.patch("/api/v1/users/{id}")
async def update_user(session: Session, id: str, body: UserUpdate) -> User:
    user = await session.get(User, id)
    if user is None:
        raise HTTPException(404)
    user.sqlmodel_update(body.model_dump(exclude_unset=True))
    user.updatedAt = now()
    session.add(user)
    await session.commit()
    return user


@app.get("/api/v1/posts")
async def list_posts(session: Session, status: str, limit: int = 20) -> Page[Post]:
    """The one filter and order that the benches ask for."""
    wanted = PostStatus(status.removeprefix("eq."))
    posts = select(Post).where(Post.status == wanted)
    posts = posts.order_by(col(Post.publishedAt).desc(), Post.id).limit(limit)
    return Page(data=(await session.exec(posts)).all())
