-- No answer had to be cut to the 200 characters that a panel has room for.
-- A warning: a long name of a street is no reason to keep a build back.
{{ config(severity='warn') }}

select period_id, question, headline
from {{ ref('answers') }}
where headline like '%...'
