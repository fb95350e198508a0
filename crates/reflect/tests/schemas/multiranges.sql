-- Multirange types, which PostgreSQL has since version 14.
CREATE TABLE "Booking" ("id" INTEGER PRIMARY KEY, "nights" DATEMULTIRANGE NOT NULL, "slots" TSTZMULTIRANGE[]);
