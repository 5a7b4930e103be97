-- Frames that are still to be joined are found without looking at the closed ones.
CREATE INDEX frame_open ON frame (hour, device_id, day_ms);
