-- An answer is a sentence.

select period_id, question, headline
from {{ ref('answers') }}
where length(headline) < 10 or headline not like '%.'
