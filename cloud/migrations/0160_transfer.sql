-- Who and what is known here by name only, because rows of an imported organisation name them. Their own file brings the
-- rest.
CREATE TABLE transfer_stub (
    kind TEXT NOT NULL, -- tenant | person | device
    id TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
