-- How the beginning of a word goes on is looked up among the words of the index, because asking it for a beginning puts all of its
-- requests together first.

[sqlite]
CREATE VIRTUAL TABLE request_word USING fts5vocab(request_words, instance); -- what request_words holds, in the order of the words

[postgres]
-- A beginning is looked up there by itself.
CREATE VIEW request_word AS SELECT CAST('' AS text) AS term WHERE 1 = 0;
