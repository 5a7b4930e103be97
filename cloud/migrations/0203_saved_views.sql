-- What lists are asked for, under a name (PORTAL section 5): a person's own, or for the whole organisation.
CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    person_id TEXT NOT NULL REFERENCES person (id), -- who made it
    list TEXT NOT NULL, -- the path of the list
    name TEXT NOT NULL,
    query TEXT NOT NULL, -- filters, order and columns, as in an address
    shared BIGINT NOT NULL, -- 1: the whole organisation has it
    made_ms BIGINT NOT NULL
);
CREATE INDEX saved_view_of_list ON saved_view (tenant_id, list);
-- With which view a person opens a list.
CREATE TABLE opening_view (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    list TEXT NOT NULL,
    view_id TEXT NOT NULL REFERENCES saved_view (id),
    PRIMARY KEY (tenant_id, person_id, list)
);
CREATE INDEX opening_view_of_view ON opening_view (view_id);
