-- Orders of bundles: several requests that were made together.

CREATE TABLE bundle_order (
    id             {id},
    bundle_key     TEXT NOT NULL,              -- of the catalog
    version_id     {int} NOT NULL REFERENCES document_version (id), -- the version of the bundle that was ordered
    beneficiary_id {int} NOT NULL REFERENCES person (id), -- of all its requests
    submitter_id   {int} NOT NULL REFERENCES person (id),
    created_ms     {int} NOT NULL
) {strict};

-- Which request is which part.  A request belongs to one order at most.
CREATE TABLE bundle_part (
    request_id {int} NOT NULL PRIMARY KEY REFERENCES request (id),
    order_id   {int} NOT NULL REFERENCES bundle_order (id),
    position   {int} NOT NULL                  -- of the part in the bundle, from 0
) {strict};
CREATE INDEX bundle_part_by_order ON bundle_part (order_id, position);
