-- A partitioned table, its partitions, and a foreign key that leads to it.
CREATE TABLE "Measurement" ("id" BIGINT NOT NULL, "at" DATE NOT NULL, "value" REAL, PRIMARY KEY ("id", "at")) PARTITION BY RANGE ("at");
CREATE TABLE "Measurement_2025" PARTITION OF "Measurement" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "Measurement_2026" PARTITION OF "Measurement" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST ("id");
CREATE TABLE "Measurement_2026_1" PARTITION OF "Measurement_2026" FOR VALUES IN (1);
CREATE TABLE "Alarm" ("id" SERIAL PRIMARY KEY, "measurement_id" BIGINT NOT NULL, "at" DATE NOT NULL, FOREIGN KEY ("measurement_id", "at") REFERENCES "Measurement" ("id", "at"));
