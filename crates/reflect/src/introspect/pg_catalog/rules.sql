-- The parsed queries of the views among the relations $1.
SELECT r.ev_class::bigint AS relation, r.ev_action::text AS action
FROM pg_catalog.pg_rewrite r
WHERE r.ev_class::bigint = ANY ($1) AND r.rulename = '_RETURN'
ORDER BY r.ev_class
