-- A commit says which partitions it owns; where it does not own all of them any more, the statement fails and COMMIT, which is
-- sent behind it without waiting, rolls back. The detail says which.
CREATE FUNCTION refuse_fenced(claimed integer[], owned integer[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  lost integer[] := ARRAY(SELECT unnest(claimed) EXCEPT SELECT unnest(owned) ORDER BY 1);
BEGIN
  IF cardinality(lost) > 0 THEN
    RAISE EXCEPTION 'partitions are owned by another instance' USING ERRCODE = 'TR001', DETAIL = array_to_string(lost, ' ');
  END IF;
END
$$;
