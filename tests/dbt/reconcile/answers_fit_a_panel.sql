-- An answer is a sentence, and none had to be cut to the 200 characters that a panel has room for.

select period_id, question, headline
from {{ ref('answers') }}
where length(headline) < 10 or headline like '%...'
