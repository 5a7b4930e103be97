-- What can be found, as terms (platform/search). Nothing here is not elsewhere: `reindex` makes it again.
-- SQLite only:
CREATE TABLE search_document (
    number INTEGER PRIMARY KEY, -- the row of search_term
    kind TEXT NOT NULL, -- such as record
    record_id TEXT NOT NULL,
    audience TEXT NOT NULL, -- for whom it is written
    terms TEXT NOT NULL,
    UNIQUE (kind, record_id, audience)
);
CREATE VIRTUAL TABLE search_term USING fts5(
    terms, content = 'search_document', content_rowid = 'number', tokenize = "ascii tokenchars '_'",
    detail = 'none', columnsize = 0, prefix = '1 2 3'
);
CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN
    INSERT INTO search_term (rowid, terms) VALUES (new.number, new.terms);
END;
CREATE TRIGGER search_document_removed AFTER DELETE ON search_document BEGIN
    INSERT INTO search_term (search_term, rowid, terms) VALUES ('delete', old.number, old.terms);
END;
-- PostgreSQL only:
CREATE TABLE search_document (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    terms TEXT NOT NULL,
    UNIQUE (kind, record_id, audience)
);
CREATE INDEX search_document_by_term ON search_document USING gin (array_to_tsvector(string_to_array(terms, ' ')));
-- Both:
