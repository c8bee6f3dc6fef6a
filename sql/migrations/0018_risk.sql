-- Risk: how much may go wrong with a request, by the lines of its model's version.

ALTER TABLE request ADD COLUMN risk TEXT NOT NULL DEFAULT ''       -- low, medium, high; '': none
    CHECK (risk IN ('', 'low', 'medium', 'high'));
ALTER TABLE request ADD COLUMN risk_line {int} NOT NULL DEFAULT 0; -- line of the model's version that says so, from 1; 0: none
