-- What people call the codes: `field` is department, window, officer, region or item.
SELECT field, code, zh, en
FROM names FINAL
