-- Lists are grouped by more than priority and due time.
ALTER TABLE saved_view RENAME COLUMN grouping TO grouping_before;
ALTER TABLE saved_view ADD COLUMN grouping TEXT NOT NULL DEFAULT ''; -- heads between the rows: a field of src/domain/view/group.h; '': none
UPDATE saved_view SET grouping = grouping_before WHERE grouping_before <> '';
ALTER TABLE saved_view DROP COLUMN grouping_before;
