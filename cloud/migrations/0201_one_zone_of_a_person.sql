-- A person has one zone, in which pages, mails and quiet hours are told; mails had one of their own.
UPDATE person
SET zone = (SELECT t.zone FROM notification_times t WHERE t.person_id = person.id)
WHERE zone = 'Asia/Bangkok' AND EXISTS (SELECT 1 FROM notification_times t WHERE t.person_id = person.id);
ALTER TABLE notification_times DROP COLUMN zone;
