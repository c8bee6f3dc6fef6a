-- What people look for in vain (gap.c).

-- gap_put(g timers, words text, times int, day ms) -> exec
INSERT INTO search_gap (words, times, first_day, last_day) VALUES (:words, :times, :day, :day)
ON CONFLICT (words) DO UPDATE SET times = search_gap.times + excluded.times, last_day = excluded.last_day;

-- gap_forget(g timers, before ms) -> exec
DELETE FROM search_gap WHERE last_day < :before;

-- gap_list(g catalog, size int) -> many: words text, times int, first_day ms, last_day ms
SELECT words, times, first_day, last_day FROM search_gap ORDER BY times DESC, words LIMIT :size;
