-- The control data of a session, clean or dirty, without what is remembered.
-- KEYS control
-- returns, packed, field, value, …; '' when there is none
return control_data(KEYS[1], {})
