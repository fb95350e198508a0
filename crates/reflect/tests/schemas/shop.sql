CREATE TABLE tbl_customers (
    customer_id TEXT NOT NULL PRIMARY KEY, full_name TEXT NOT NULL, code TEXT NOT NULL,
    -- A column that schema.prisma does not have, called as a field that it has.
    "fullName" TEXT,
    tier DECIMAL NOT NULL, prefs JSONB NOT NULL, seen DATETIME NOT NULL,
    made_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, secret TEXT, inviter TEXT
);
CREATE UNIQUE INDEX tbl_customers_code_key ON tbl_customers (code);
CREATE TABLE orders (number INTEGER NOT NULL PRIMARY KEY, buyer_id TEXT NOT NULL, receiver_id TEXT, updated_at DATETIME NOT NULL);
CREATE TABLE "Label" (name TEXT NOT NULL PRIMARY KEY);
CREATE TABLE "_LabelToPurchaseOrder" ("A" TEXT NOT NULL, "B" INTEGER NOT NULL);
CREATE UNIQUE INDEX "_LabelToPurchaseOrder_AB_unique" ON "_LabelToPurchaseOrder" ("A", "B");
CREATE TABLE "_Friendship" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);
CREATE UNIQUE INDEX "_Friendship_AB_unique" ON "_Friendship" ("A", "B");
CREATE TABLE internal_notes (id INTEGER NOT NULL PRIMARY KEY);
-- Not in schema.prisma: inferred.
CREATE TABLE audit_entries (id TEXT NOT NULL PRIMARY KEY, updated_at DATETIME NOT NULL);
CREATE VIEW v_totals AS SELECT buyer_id AS customer, COUNT(*) AS sum FROM orders GROUP BY buyer_id;
