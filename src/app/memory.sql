-- Which state of people and catalog this snapshot sees.
-- memory_generation() -> one: people int, catalog int
SELECT people, catalog FROM generation WHERE id = 1;
