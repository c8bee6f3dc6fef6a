-- Which rows name these bytes: asked before a file is removed from the store.
CREATE INDEX upload_by_sha256 ON upload (sha256);
