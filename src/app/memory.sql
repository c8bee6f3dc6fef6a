-- Which state of people and catalog this snapshot sees.
-- memory_generation() -> one: people int, catalog int, targets int
SELECT people, catalog, targets FROM generation WHERE id = 1;
