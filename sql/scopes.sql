-- The conditions that lists, counts, searches and exports on guarded tables carry: {scope s r} in a
-- query stands for the text here, with r as the alias of the table and :s_person as the person.
--
-- They say the same as the rules in src/domain/access/rules.c say about one request; a test there
-- compares them over every relation, role and state.

-- A supplier's principals (role 64) open nothing: suppliers have queries of their own over their tasks.
-- A draft that was never submitted is for its asking side; a confidential request is for those it is
-- about, those who are asked, and the workers of its own team.  (CASE and not IN: a list of words would be
-- made into a table by every statement, and both sides of an OR are computed.)
-- The team that has the request stands in its row and is always one of its readers (office_expect_replay looks), so most of
-- what its workers see is decided without the readers.
-- scope requests(r)
EXISTS (SELECT 1
          FROM person_principal scope_pp
         WHERE scope_pp.person_id = :s_person AND scope_pp.role <> 64
           AND CASE WHEN scope_pp.principal = 4 * r.team_id + 2 AND (scope_pp.role & 6) <> 0 AND r.state <> 'draft'
                    THEN TRUE
                    ELSE EXISTS (
                      SELECT 1
                        FROM request_reader scope_rr
                       WHERE scope_rr.request_id = r.id AND scope_rr.principal = scope_pp.principal
                         AND CASE WHEN r.state = 'draft' AND r.submitted_ms IS NULL
                                  THEN CASE scope_rr.relation WHEN 'requester' THEN 1 WHEN 'beneficiary' THEN 1
                                                              WHEN 'submitter' THEN 1 ELSE 0 END
                                  WHEN r.confidential = 0 THEN 1
                                  WHEN scope_rr.relation = 'team'
                                  THEN CASE WHEN (scope_pp.role & 6) <> 0 THEN 1 ELSE 0 END
                                  ELSE CASE scope_rr.relation WHEN 'requester' THEN 1 WHEN 'beneficiary' THEN 1
                                                              WHEN 'participant' THEN 1 WHEN 'askee' THEN 1 ELSE 0 END
                             END = 1)
               END);

-- {lead s r}: for lists and counts that nothing else narrows, beside {scope s r}.  Where the person sees
-- few requests this is the way to them, and says nothing new; where they see many it is left out, and the
-- table is searched in the order of the list (access_sees_few).
-- lead requests(r)
r.id IN (SELECT lead_rr.request_id
           FROM person_principal lead_pp
           JOIN request_reader lead_rr ON lead_rr.principal = lead_pp.principal
          WHERE lead_pp.person_id = :s_person AND lead_pp.role <> 64);
