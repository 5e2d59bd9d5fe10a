-- The digests of RFC 1321, appendix A.5, in lower case; other letters count as UTF-8.

with cases (text, expected) as (

    values
    ('', 'd41d8cd98f00b204e9800998ecf8427e'),
    ('abc', '900150983cd24fb0d6963f7d28e17f72'),
    ('message digest', 'f96b697d7cb7938d525a2f31aaf161d0'),
    ('é', '66ddcd97cfdeabb2f6fb8a999b4bc76f'),
    (null, null)

),

results as (

    select *, {{ md5_hex('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
