-- An answer has at most 200 characters, and none had to be cut to that.

select period_id, question, headline
from {{ ref('answers') }}
where length(headline) > 200 or headline like '%...'
