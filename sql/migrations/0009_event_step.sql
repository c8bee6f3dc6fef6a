-- The engine's record of a step stands beside the data of its event: only a replay reads it, a timeline never.

ALTER TABLE event ADD COLUMN step TEXT NOT NULL DEFAULT ''; -- JSON {"parties":{...},"step":{...}} of the act itself; '' for what follows from it

[sqlite]
UPDATE event
   SET step = CASE WHEN json_extract(data, '$.data.parties') IS NULL
                   THEN json_object('step', json_extract(data, '$.data.step'))
                   ELSE json_object('parties', json_extract(data, '$.data.parties'),
                                    'step', json_extract(data, '$.data.step')) END,
       data = json_remove(data, '$.data.step', '$.data.parties')
 WHERE data LIKE '%"step":%' AND json_extract(data, '$.data.step') IS NOT NULL;
