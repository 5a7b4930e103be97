-- What happened waits here until it was told, many in one job; NULL: it was.
ALTER TABLE notification_event ADD COLUMN body TEXT;
ALTER TABLE notification_event ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notification_event_waiting ON notification_event (attempts, event_id) WHERE body IS NOT NULL;
-- Until now each was in the job that told of it.
-- SQLite only:
UPDATE notification_event SET body = (
    SELECT job.body FROM job
    WHERE job.kind = 'notifications.tell' AND json_extract(job.body, '$.event_id') = notification_event.event_id)
WHERE event_id IN (SELECT json_extract(body, '$.event_id') FROM job WHERE kind = 'notifications.tell');
-- PostgreSQL only:
UPDATE notification_event SET body = (
    SELECT job.body FROM job
    WHERE job.kind = 'notifications.tell' AND CAST(job.body AS json) ->> 'event_id' = notification_event.event_id)
WHERE event_id IN (SELECT CAST(body AS json) ->> 'event_id' FROM job WHERE kind = 'notifications.tell');
