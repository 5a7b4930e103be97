-- In which zone and era a person is told of times, beside the language.
ALTER TABLE person ADD COLUMN zone TEXT NOT NULL DEFAULT 'Asia/Bangkok'; -- a name of the IANA time zone database
ALTER TABLE person ADD COLUMN era TEXT NOT NULL DEFAULT 'gregory'; -- gregory | buddhist
