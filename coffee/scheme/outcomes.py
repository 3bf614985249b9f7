"""The outcome of a match, defined once for every query: did it meet, and do its partners disagree?"""

# One row a match that was not replaced: match_id, round_id, met ('yes' | 'no' | 'unknown'), answers, disagree.
# The organiser's ruling decides, and ends a disagreement. Without one a single "yes" is enough, then a single "no".
# "Not yet" leaves the outcome open while the round is, and is a "no" once the round is closed.
OUTCOMES = """(SELECT m.id AS match_id, m.round_id, count(a.met) AS answers,
        CASE WHEN m.met_says_organiser IS NOT NULL THEN m.met_says_organiser
            WHEN max(a.met = 'yes') THEN 'yes'
            WHEN max(a.met = 'no') THEN 'no'
            WHEN r.state = 'closed' AND count(a.met) THEN 'no'
            ELSE 'unknown' END AS met,
        coalesce(m.met_says_organiser IS NULL AND max(a.met = 'yes') AND max(a.met = 'no'), 0) AS disagree
    FROM matches m JOIN rounds r ON r.id = m.round_id LEFT JOIN answers a ON a.match_id = m.id
    WHERE m.cancelled_at IS NULL GROUP BY m.id)"""
