-- Orders of bundles: which requests were made together.

-- bundle_order_insert(g submit, key text, version int, submitter int, now ms) -> one: id int
INSERT INTO bundle_order (bundle_key, version_id, beneficiary_id, submitter_id, created_ms)
VALUES (:key, :version, :g_submit, :submitter, :now)
RETURNING id;

-- bundle_part_insert(g request, order_id int, position int) -> exec
INSERT INTO bundle_part (request_id, order_id, position) VALUES (:g_request, :order_id, :position);

-- bundle_order_of(g request) -> opt: order_id int
SELECT order_id FROM bundle_part WHERE request_id = :g_request;

-- The orders that these requests belong to, as far as the person sees the requests.
-- bundle_of_requests(s requests, ids text) -> many: request_id int, order_id int, key text, version_id int, hash text, beneficiary_id int, created_ms ms
[sqlite]
SELECT p.request_id, p.order_id, o.bundle_key AS key, o.version_id, v.hash, o.beneficiary_id, o.created_ms
  FROM json_each(:ids) j CROSS JOIN bundle_part p ON p.request_id = j.value
  JOIN bundle_order o ON o.id = p.order_id
  JOIN document_version v ON v.id = o.version_id
  JOIN request r ON r.id = p.request_id
 WHERE {scope s r}
 LIMIT 200;
[postgres]
SELECT p.request_id, p.order_id, o.bundle_key AS key, o.version_id, v.hash, o.beneficiary_id, o.created_ms
  FROM bundle_part p JOIN bundle_order o ON o.id = p.order_id
  JOIN document_version v ON v.id = o.version_id
  JOIN request r ON r.id = p.request_id
 WHERE p.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value)
   AND {scope s r}
 LIMIT 200;

-- Those of its requests that the person sees, in the order of the parts.
-- bundle_order_requests(s requests, order_id int) -> many: RequestRow
SELECT {columns RequestRow r}
  FROM bundle_part p JOIN request r ON r.id = p.request_id
  JOIN document_version mv ON mv.id = r.model_version_id
 WHERE p.order_id = :order_id AND {scope s r}
 ORDER BY p.position LIMIT 100;
