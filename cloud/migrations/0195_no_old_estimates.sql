-- Counts of tables, made when a connection closed: where a table was nearly empty then, each later look at one of its rows
-- reads the whole of it. Without counts an index is used wherever there is one.
-- SQLite only:
DROP TABLE IF EXISTS sqlite_stat1;
-- PostgreSQL only:
SELECT 1;
