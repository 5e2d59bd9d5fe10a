-- A number, marked as one, without an exponent and without zeros that it need not have; what is no number as it is.

with cases (text, expected) as (

    values
    (chr(1) || '7', '7'),
    (chr(1) || '1252.0', '1252'),
    (chr(1) || '1.252E3', '1252'),
    (chr(1) || '-77.0134', '-77.0134'),
    (chr(1) || '-7.70134e+1', '-77.0134'),
    (chr(1) || '100.00', '100'),
    (chr(1) || '0.10', '0.1'),
    (chr(1) || '1.5e-3', '0.0015'),
    (chr(1) || '-0', '0'),
    (chr(1) || '-0.0e5', '0'),
    (chr(1) || '0', '0'),
    (chr(1) || '1e21', '1000000000000000000000'),
    (chr(1) || '123456789012345678901234567890.10', '123456789012345678901234567890.1'),
    (chr(1) || '1e1000', '1e1000'),
    ('1252.0', '1252.0'),
    ('1.252E3', '1.252E3'),
    (chr(1), chr(1)),
    ('', ''),
    (null, null)

),

results as (

    select *, {{ decimal_text('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
