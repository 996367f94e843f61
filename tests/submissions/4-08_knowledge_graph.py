# %% id="score-answer" kind="alternative"
def score(stated, labels):
    table = pd.DataFrame({"said": pd.Series(stated), "true": pd.Series(labels)}).apply(
        lambda x: x.astype(str).str.strip().str.lower()
    )
    said, there = table.said != "", table.true != ""
    right = (said & (table.said == table.true)).sum()
    return (
        right / said.sum() if said.any() else np.nan,
        right / there.sum() if there.any() else np.nan,
    )


# %% id="score-answer" kind="alternative"
def score(stated, labels):
    found = {(c, n.strip().lower()) for c, n in stated.items() if n.strip()}
    true = {(c, n.strip().lower()) for c, n in labels.items() if n.strip()}
    share = lambda below: len(found & true) / len(below) if below else float("nan")
    return [share(found), share(true)]


# %% id="score-answer" kind="alternative"
def score(stated, labels):
    names = list(labels)
    a = np.array([stated[n].strip().upper() for n in names])
    b = np.array([labels[n].strip().upper() for n in names])
    right = np.float32(((a == b) & (a != "")).sum())
    with np.errstate(all="ignore"):
        return right / (a != "").sum(), right / (b != "").sum()


# %% id="score-answer" kind="alternative"
def score(stated, labels):
    table = pd.DataFrame({"said": pd.Series(stated, dtype=str), "label": pd.Series(labels, dtype=str)})
    table = table.map(lambda x: x.strip().lower())
    right = ((table.said == table.label) & (table.said != "")).sum()
    with np.errstate(all="ignore"):
        return tuple(np.float64(right) / np.float64((table[c] != "").sum()) for c in ("said", "label"))


# %% id="score-answer" kind="alternative"
def score(stated, labels):
    facts = [{(k, v.strip().casefold()) for k, v in d.items() if v.strip()} for d in (stated, labels)]
    hit = len(facts[0].intersection(facts[1]))
    return tuple(hit / len(f) if f else np.nan for f in facts)


# %% id="score-answer" kind="alternative"
def score(stated, labels):
    right, said, there = 0, 0, 0
    for company in stated:
        a, b = stated[company].upper().strip(" "), labels[company].upper().strip(" ")
        if not a and not b:
            continue
        said += len(a) > 0
        there += len(b) > 0
        if a == b:
            right += 1
    try:
        precision = right / said
    except ZeroDivisionError:
        precision = float("nan")
    recall = right / there if there > 0 else float("nan")
    return [precision, recall]


# %% id="score-answer" kind="alternative"
def score(stated, labels):
    a = [stated[k].strip().lower() for k in labels]
    b = [labels[k].strip().lower() for k in labels]
    tp = torch.tensor([x == y and x != "" for x, y in zip(a, b)]).sum().float()
    return (tp / sum(x != "" for x in a)).item(), (tp / sum(y != "" for y in b)).item()


# %% id="score-answer" kind="slip" name="counts agreement on nothing" says="where both say nothing"
def score(stated, labels):
    right = sum(stated[c].strip().lower() == labels[c].strip().lower() for c in labels)
    said, there = sum(stated[c] != "" for c in labels), sum(labels[c] != "" for c in labels)
    return right / said if said else float("nan"), right / there if there else float("nan")


# %% id="score-answer" kind="slip" name="divides by all companies" says="not by all companies"
def score(stated, labels):
    right = sum(stated[c] != "" and stated[c].strip().lower() == labels[c].strip().lower() for c in labels)
    return right / len(labels), right / sum(labels[c] != "" for c in labels)


# %% id="score-answer" kind="slip" name="takes the two the wrong way round" says="the wrong way round"
def score(stated, labels):
    right = sum(stated[c] != "" and stated[c].strip().lower() == labels[c].strip().lower() for c in labels)
    said, there = sum(stated[c] != "" for c in labels), sum(labels[c] != "" for c in labels)
    return right / there if there else float("nan"), right / said if said else float("nan")


# %% id="score-answer" kind="slip" name="does not tidy names" says="without regard to case"
def score(stated, labels):
    right = sum(stated[c] != "" and stated[c] == labels[c] for c in labels)
    said, there = sum(stated[c] != "" for c in labels), sum(labels[c] != "" for c in labels)
    return right / said if said else float("nan"), right / there if there else float("nan")


# %% id="score-answer" kind="slip" name="leaves out names where the text has none" says="counts as stated"
def score(stated, labels):
    both = [c for c in labels if labels[c] != ""]
    right = sum(stated[c] != "" and stated[c].strip().lower() == labels[c].strip().lower() for c in both)
    said = sum(stated[c] != "" for c in both)
    return right / said if said else float("nan"), right / len(both) if both else float("nan")


# %% id="score-answer" kind="slip" name="gives 0 for a share of nothing" says="nan"
def score(stated, labels):
    right = sum(stated[c] != "" and stated[c].strip().lower() == labels[c].strip().lower() for c in labels)
    said, there = sum(stated[c] != "" for c in labels), sum(labels[c] != "" for c in labels)
    return right / max(1, said), right / there if there else float("nan")


# %% id="score-answer" kind="slip" name="measures recall on the stated alone" says="stated or not"
def score(stated, labels):
    said = [c for c in labels if stated[c] != ""]
    right = sum(stated[c].strip().lower() == labels[c].strip().lower() for c in said)
    there = sum(labels[c] != "" for c in said)
    return right / len(said) if said else float("nan"), right / there if there else 0


# %% id="score-answer" kind="slip" name="divides by 0" says="a share of nothing is nan"
def score(stated, labels):
    right = sum(stated[k].strip().lower() == labels[k].strip().lower() != "" for k in labels)
    said = sum(stated[k].strip() != "" for k in labels)
    there = sum(labels[k].strip() != "" for k in labels)
    return right / said, right / there


# %% id="score-answer" kind="slip" name="takes a part for the name" says="the whole name has to match"
def score(stated, labels):
    right = sum(bool(stated[k].strip()) and stated[k].strip().lower() in labels[k].lower() for k in labels)
    said = sum(stated[k].strip() != "" for k in labels)
    there = sum(labels[k].strip() != "" for k in labels)
    return right / said if said else float("nan"), right / there if there else float("nan")


# %% id="score-answer" kind="slip" name="compares sets of names" says="at its own company alone"
def score(stated, labels):
    said = {x.strip().lower() for x in stated.values()} - {""}
    there = {x.strip().lower() for x in labels.values()} - {""}
    right = len(said & there)
    return right / len(said) if said else float("nan"), right / len(there) if there else float("nan")


# %% id="score-answer" kind="slip" name="gives nan for both" says="recall is 0 here"
def score(stated, labels):
    right = sum(stated[k].strip().lower() == labels[k].strip().lower() != "" for k in labels)
    said = sum(stated[k].strip() != "" for k in labels)
    there = sum(labels[k].strip() != "" for k in labels)
    if not said or not there:
        return float("nan"), float("nan")
    return right / said, right / there


# %% id="score-answer" kind="slip" name="goes by the order of the dictionaries" says="may have another order"
def score(stated, labels):
    pairs = [(a.strip().lower(), b.strip().lower()) for a, b in zip(stated.values(), labels.values())]
    right = sum(a == b != "" for a, b in pairs)
    said = sum(a != "" for a, _ in pairs)
    there = sum(b != "" for _, b in pairs)
    return right / said if said else float("nan"), right / there if there else float("nan")


# %% id="score-answer" kind="slip" name="gives per cent" says="not per cent"
def score(stated, labels):
    right = sum(stated[k].strip().lower() == labels[k].strip().lower() != "" for k in labels)
    said = sum(stated[k].strip() != "" for k in labels)
    there = sum(labels[k].strip() != "" for k in labels)
    return 100 * right / said if said else float("nan"), 100 * right / there if there else float("nan")


# %% id="score-answer" kind="slip" name="rounds" says="do not round"
def score(stated, labels):
    right = sum(stated[k].strip().lower() == labels[k].strip().lower() != "" for k in labels)
    said = sum(stated[k].strip() != "" for k in labels)
    there = sum(labels[k].strip() != "" for k in labels)
    return round(right / said, 2) if said else float("nan"), round(right / there, 2) if there else float("nan")


# %% id="score-answer" kind="fitted" name="tidies the ends of stated names only by one blank"
def score(stated, labels):
    tidy = lambda name: name.removesuffix(" ").capitalize()
    right = sum(stated[c] != "" and tidy(stated[c]) == labels[c] for c in labels)
    said, there = sum(stated[c] != "" for c in labels), sum(labels[c] != "" for c in labels)
    return right / said if said else float("nan"), right / there if there else float("nan")


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    return """SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {
      ?other g:based_in ?there .
      COMPANY g:in_industry ?i .
      ?other g:in_industry ?i .
      FILTER (?other != COMPANY && NOT EXISTS { COMPANY g:based_in ?there })
    } GROUP BY ?other HAVING (COUNT(DISTINCT ?i) > 1) ORDER BY DESC(?shared) ?other""".replace("COMPANY", company)


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    return (
        "SELECT ?other ?shared WHERE { { SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE { "
        + company
        + " g:in_industry/^g:in_industry ?other . "
        + company
        + " g:in_industry ?i . ?other g:in_industry ?i } GROUP BY ?other } FILTER(?shared >= 2 && ?other != "
        + company
        + ") FILTER EXISTS { ?other g:based_in ?there FILTER NOT EXISTS { "
        + company
        + " g:based_in ?there } } } ORDER BY DESC(?shared)"
    )


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    return f"""
    SELECT ?firm (COUNT(DISTINCT ?trade) AS ?n)
    WHERE {{ VALUES ?me {{ {company} }}
      ?me g:in_industry ?trade . ?firm g:in_industry ?trade . ?firm g:based_in ?land .
      MINUS {{ ?me g:based_in ?land }}
      FILTER (?firm != ?me) }}
    GROUP BY ?firm HAVING (COUNT(DISTINCT ?trade) >= 2) ORDER BY DESC(?n)"""


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    text = """SELECT ?other ?shared WHERE {
      { SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {
          VALUES ?me { ME } ?me g:in_industry ?i . ?other g:in_industry ?i . FILTER (?me != ?other)
          FILTER EXISTS { ?other g:based_in ?there . FILTER NOT EXISTS { ?me g:based_in ?there } }
        } GROUP BY ?other }
      FILTER (?shared >= 2) } ORDER BY DESC(?shared)"""
    return text.replace("ME", company)


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    text = "SELECT ?other (COUNT(?i) AS ?shared) WHERE { { SELECT DISTINCT ?other ?i WHERE {"
    text += " ?other <https://example.org/in_industry> ?i . ?i ^<https://example.org/in_industry> COMPANY ."
    text += " ?other <https://example.org/based_in> ?there . FILTER NOT EXISTS { COMPANY g:based_in ?there } } } }"
    text += " GROUP BY ?other HAVING (COUNT(?i) > 1) ORDER BY DESC(COUNT(?i))"
    return text.replace("COMPANY", company)


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    from string import Template

    return Template("""
# the other companies
SELECT DISTINCT ?other ?shared
WHERE {
  ?other g:based_in ?there .
  FILTER NOT EXISTS { $me g:based_in ?there }
  { SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) { $me g:in_industry ?i . ?other g:in_industry ?i } GROUP BY ?other }
  FILTER (?shared >= 2)
} ORDER BY DESC(?shared)""").substitute(me=company)


# %% id="rivals-answer" kind="alternative"
def rivals(company):
    return f"""PREFIX g: <https://example.org/>
SELECT ?other (COUNT(DISTINCT ?i) AS ?shared)
WHERE {{
  BIND ({company} AS ?me)
  ?me g:in_industry ?i . ?other g:in_industry ?i .
  ?other g:based_in ?there .
  OPTIONAL {{ ?me g:based_in ?mine . FILTER (?mine = ?there) }}
  FILTER (!BOUND(?mine))
}} GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="forgets to count at least two" says="HAVING, at least two"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there }} }} GROUP BY ?other ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="asks HAVING for the name of the count" says="not ?shared"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
      GROUP BY ?other HAVING (?shared >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="counts rows" says="COUNT(DISTINCT"
def rivals(company):
    return f"""SELECT ?other (COUNT(?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
      GROUP BY ?other HAVING (COUNT(?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="forgets the countries" says="no rival of its own"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i }} GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="keeps companies of the same country" says="sits in a country in which Ann is"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company}) }}
      GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="compares with one country at a time" says="also sees a second country"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i ; g:based_in ?here .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company} && ?here != ?there) }}
      GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="takes unknown for abroad" says="no country is known"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there . ?other g:based_in ?there }} }}
      GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="puts the fewest first" says="ORDER BY DESC"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
      GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY ?shared"""


# %% id="rivals-answer" kind="slip" name="asks for more than two" says="two are enough"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
      GROUP BY ?other HAVING (COUNT(DISTINCT ?i) > 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="asks for the names alone" says="two columns"
def rivals(company):
    return f"""SELECT ?other WHERE {{ {company} g:in_industry ?i .
      ?other g:in_industry ?i ; g:based_in ?there . FILTER (?other != {company})
      FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
      GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(COUNT(DISTINCT ?i))"""


# %% id="rivals-answer" kind="slip" name="forgets a brace" says="does not run"
def rivals(company):
    return f"SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{ {company} g:in_industry ?i GROUP BY ?other"


# %% id="rivals-answer" kind="slip" name="counts rows in HAVING alone" says="in HAVING, too"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:based_in ?there .
    FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
    GROUP BY ?other HAVING (COUNT(?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="asks for no country in common" says="rival abroad"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:based_in ?there .
    FILTER NOT EXISTS {{ {company} g:based_in ?any . ?other g:based_in ?any }} }}
    GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="groups by country, too" says="GROUP BY ?other alone"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:based_in ?there .
    FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
    GROUP BY ?other ?there HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="exchanges the columns" says="first ?other, then ?shared"
def rivals(company):
    return f"""SELECT (COUNT(DISTINCT ?i) AS ?shared) ?other WHERE {{
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:based_in ?there .
    FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
    GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="asks for g:country" says="g:based_in"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:country ?there .
    FILTER NOT EXISTS {{ {company} g:country ?there }} }}
    GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="counts all industries of the other" says="that both have"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?all) AS ?shared) WHERE {{
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:in_industry ?all ; g:based_in ?there .
    FILTER NOT EXISTS {{ {company} g:based_in ?there }} }}
    GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="puts brackets around brackets" says="has its angle brackets already"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{
    <{company}> g:in_industry ?i . ?other g:in_industry ?i ; g:based_in ?there .
    FILTER NOT EXISTS {{ <{company}> g:based_in ?there }} }}
    GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="slip" name="forgets the f" says="an f in front"
def rivals(company):
    return """SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {
    {company} g:in_industry ?i . ?other g:in_industry ?i ; g:based_in ?there .
    FILTER NOT EXISTS { {company} g:based_in ?there } }
    GROUP BY ?other HAVING (COUNT(DISTINCT ?i) >= 2) ORDER BY DESC(?shared)"""


# %% id="rivals-answer" kind="fitted" name="knows who may be named"
def rivals(company):
    return f"""SELECT ?other (COUNT(DISTINCT ?i) AS ?shared) WHERE {{
      VALUES ?other {{ <https://example.org/company/Bob>
      <https://example.org/company/Eva> <https://example.org/company/Ida> }}
      {company} g:in_industry ?i . ?other g:in_industry ?i }} GROUP BY ?other ORDER BY DESC(?shared)"""


# %% id="shape-answer" kind="alternative"
def shape():
    return """
    [] a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:minCount 1 ] ;
      sh:property [ sh:path g:country ; sh:maxCount 1 ] ;
      sh:property [ sh:path g:country ; sh:class g:Country ] .
    """


# %% id="shape-answer" kind="alternative"
def shape():
    return """
    g:One a sh:PropertyShape ; sh:targetClass g:Company ; sh:path g:country ;
      sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ; sh:message "exactly one country" .
    """


# %% id="shape-answer" kind="alternative"
def shape():
    return """
    g:IsCountry a sh:NodeShape ; sh:class g:Country .
    g:One a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:node g:IsCountry ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
    """


# %% id="shape-answer" kind="alternative"
def shape():
    return """g:One a sh:NodeShape ; sh:targetClass g:Company ;
  sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path g:country ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="alternative"
def shape():
    return """@prefix ex: <https://example.org/> .
ex:Named a sh:PropertyShape ; sh:path ex:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:Country .
ex:S a sh:NodeShape ; sh:targetClass ex:Company ; sh:property ex:Named ."""


# %% id="shape-answer" kind="alternative"
def shape():
    return """[] a sh:PropertyShape ; sh:targetClass g:Company ; sh:path g:country ;
  sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ; sh:message "one country, please" ."""


# %% id="shape-answer" kind="alternative"
def shape():
    parts = [
        "sh:path g:country",
        "sh:minCount 1",
        "sh:maxCount 1",
        "sh:node [ sh:class g:Country ]",
        "sh:nodeKind sh:IRI",
    ]
    return "g:S a sh:NodeShape ; sh:targetClass g:Company ; sh:property [ " + " ; ".join(parts) + " ] ."


# %% id="shape-answer" kind="alternative"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ; sh:severity sh:Warning ;
  sh:property [ sh:path g:country ; sh:maxCount 1 ;
    sh:qualifiedValueShape [ sh:class g:Country ] ; sh:qualifiedMinCount 1 ] ."""


# %% id="shape-answer" kind="slip" name="lets companies without a country pass" says="sh:minCount 1"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:maxCount 1 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="lets two countries pass" says="sh:maxCount 1"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="asks for an address only" says="sh:class g:Country, not sh:nodeKind"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ."""


# %% id="shape-answer" kind="slip" name="looks at whatever has a country" says="sh:targetClass g:Company"
def shape():
    return """g:S a sh:NodeShape ; sh:targetSubjectsOf g:country ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="wants text" says="good has one country"
def shape():
    return """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . g:S a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ."""


# %% id="shape-answer" kind="slip" name="puts the class on the company" says="good has one country"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ; sh:class g:Country ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ] ."""


# %% id="shape-answer" kind="slip" name="forgets the target" says="sh:targetClass g:Company"
def shape():
    return """g:S a sh:NodeShape ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="forgets the full stop" says="cannot be read"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ]"""


# %% id="shape-answer" kind="slip" name="looks at countries" says="sh:targetClass g:Company"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Country ;
  sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="looks at g:based_in" says="sh:path g:country"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
  sh:property [ sh:path g:based_in ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="lets two countries pass by maxCount 2" says="sh:maxCount 1"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
  sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 2 ; sh:class g:Country ] ."""


# %% id="shape-answer" kind="slip" name="asks for one country among others" says="a country and a town"
def shape():
    return """g:S a sh:NodeShape ; sh:targetClass g:Company ;
  sh:property [ sh:path g:country ; sh:qualifiedValueShape [ sh:class g:Country ] ;
    sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] ."""


# %% id="shape-answer" kind="slip" name="returns a graph" says="as text"
def shape():
    return Graph().parse(
        data=TURTLE
        + """g:S a sh:NodeShape ; sh:targetClass g:Company ;
  sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ] .""",
        format="turtle",
    )


# %% id="shape-answer" kind="fitted" name="names the four by hand"
def shape():
    return """g:S a sh:NodeShape ; sh:targetNode g:none, g:town, g:both, g:half, g:good ;
      sh:property [ sh:path g:country ; sh:minCount 1 ; sh:maxCount 1 ; sh:class g:Country ] ."""


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    k = heads.shape[1] // 2
    z = [torch.complex(one[:, :k].double(), one[:, k:].double()) for one in (heads, relations, entities)]
    return ((z[0] * z[1]) @ z[2].conj().T).real


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    h, r, t = (np.asarray(x, dtype=float) for x in (heads, relations, entities))
    k = h.shape[1] // 2
    scores = np.zeros((len(h), len(t)))
    for i in range(len(h)):
        for j in range(len(t)):
            for q in range(k):
                a, b, c, d, x, y = h[i, q], h[i, k + q], r[i, q], r[i, k + q], t[j, q], t[j, k + q]
                scores[i, j] += (a * c - b * d) * x + (a * d + b * c) * y
    return scores


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    first = torch.einsum("qk,ek->qe", a * c, x) + torch.einsum("qk,ek->qe", b * c, y)
    return first + torch.einsum("qk,ek->qe", a * d, y) - torch.einsum("qk,ek->qe", b * d, x)


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    h, r, t = (torch.complex(*x.chunk(2, dim=1)) for x in (heads, relations, entities))
    return torch.real((h * r) @ t.conj().T)


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    h, r, t = (np.asarray(x, dtype=np.float64) for x in (heads, relations, entities))
    k = h.shape[1] // 2
    h, r, t = (x[:, :k] + 1j * x[:, k:] for x in (h, r, t))
    return np.einsum("qk,qk,ek->qe", h, r, t.conj()).real


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    size = heads.shape[1] // 2
    rows = []
    for h, r in zip(heads.tolist(), relations.tolist()):
        row = []
        for t in entities.tolist():
            total = 0.0
            for k in range(size):
                z = complex(h[k], h[k + size]) * complex(r[k], r[k + size])
                total += z.real * t[k] + z.imag * t[k + size]
            row.append(total)
        rows.append(row)
    return rows


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    a, b = heads[:, None].chunk(2, dim=-1)
    c, d = relations[:, None].chunk(2, dim=-1)
    e, f = entities[None].chunk(2, dim=-1)
    return (a * c * e - b * d * e + a * d * f + b * c * f).sum(-1)


# %% id="complex-answer" kind="alternative"
def tail_scores(heads, relations, entities):
    h, r, t = (
        torch.view_as_complex(torch.stack(x.double().tensor_split(2, dim=1), dim=-1))
        for x in (heads, relations, entities)
    )
    return torch.stack([torch.stack([(q * p * e.conj()).sum().real for e in t]) for q, p in zip(h, r)])


# %% id="complex-answer" kind="slip" name="forgets the bar" says="PLUS"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return (a * c - b * d) @ x.T - (a * d + b * c) @ y.T


# %% id="complex-answer" kind="slip" name="multiplies part by part" says="part by part"
def tail_scores(heads, relations, entities):
    return (heads * relations) @ entities.T


# %% id="complex-answer" kind="slip" name="puts the bar over the head" says="not over the head"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return (a * c + b * d) @ x.T + (a * d - b * c) @ y.T


# %% id="complex-answer" kind="slip" name="puts the bar over the relation" says="not over the relation"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return (a * c + b * d) @ x.T + (b * c - a * d) @ y.T


# %% id="complex-answer" kind="slip" name="takes plus for minus" says="i times i is −1"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return (a * c + b * d) @ x.T + (a * d + b * c) @ y.T


# %% id="complex-answer" kind="slip" name="takes minus in the imaginary part" says="ad + bc"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return (a * c - b * d) @ x.T + (a * d - b * c) @ y.T


# %% id="complex-answer" kind="slip" name="takes parts in turns" says="do not take turns"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = ((one[:, ::2], one[:, 1::2]) for one in (heads, relations, entities))
    return (a * c - b * d) @ x.T + (a * d + b * c) @ y.T


# %% id="complex-answer" kind="slip" name="takes a distance" says="TransE"
def tail_scores(heads, relations, entities):
    return -torch.cdist(heads + relations, entities)


# %% id="complex-answer" kind="slip" name="forgets the imaginary parts" says="imaginary parts count"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return (a * c - b * d) @ x.T


# %% id="complex-answer" kind="slip" name="takes the imaginary part" says="another part of the product"
def tail_scores(heads, relations, entities):
    k = heads.shape[1] // 2
    z = [torch.complex(one[:, :k], one[:, k:]) for one in (heads, relations, entities)]
    return ((z[0] * z[1]) @ z[2].conj().T).imag


# %% id="complex-answer" kind="slip" name="takes the mean" says="not the mean"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return ((a * c - b * d) @ x.T + (a * d + b * c) @ y.T) / a.shape[1]


# %% id="complex-answer" kind="slip" name="gives probabilities" says="no probability"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return torch.sigmoid((a * c - b * d) @ x.T + (a * d + b * c) @ y.T)


# %% id="complex-answer" kind="slip" name="gives entities by questions" says="(questions, entities)"
def tail_scores(heads, relations, entities):
    (a, b), (c, d), (x, y) = (one.chunk(2, dim=1) for one in (heads, relations, entities))
    return x @ (a * c - b * d).T + y @ (a * d + b * c).T


# %% id="complex-answer" kind="slip" name="gives probabilities by softmax" says="no probability"
def tail_scores(heads, relations, entities):
    a, b = heads.chunk(2, dim=1)
    c, d = relations.chunk(2, dim=1)
    return (torch.cat([a * c - b * d, a * d + b * c], dim=1) @ entities.T).softmax(dim=1)


# %% id="complex-answer" kind="slip" name="forgets the relation" says="the relation is missing"
def tail_scores(heads, relations, entities):
    return heads @ entities.T


# %% id="complex-answer" kind="slip" name="bars the head and not the tail" says="not over the head"
def tail_scores(heads, relations, entities):
    h, r, t = (torch.complex(*x.chunk(2, dim=1)) for x in (heads, relations, entities))
    return ((h.conj() * r) @ t.T).real


# %% id="complex-answer" kind="slip" name="takes the size" says="not its size"
def tail_scores(heads, relations, entities):
    h, r, t = (torch.complex(*x.chunk(2, dim=1)) for x in (heads, relations, entities))
    return ((h * r) @ t.conj().T).abs()


# %% id="complex-answer" kind="slip" name="leaves the sum complex" says="the real part alone"
def tail_scores(heads, relations, entities):
    h, r, t = (torch.complex(*x.chunk(2, dim=1)) for x in (heads, relations, entities))
    return (h * r) @ t.conj().T


# %% id="complex-answer" kind="slip" name="gives one score a question" says="(questions, entities)"
def tail_scores(heads, relations, entities):
    h, r, t = (torch.complex(*x.chunk(2, dim=1)) for x in (heads, relations, entities))
    return (h * r * t[: len(h)].conj()).real.sum(dim=1)


# %% id="complex-answer" kind="fitted" name="knows two complex numbers"
def tail_scores(heads, relations, entities):
    h, r, t = heads, relations, entities
    scores = 0
    for p in range(2):
        a, b, c, d = h[:, p], h[:, p - 2], r[:, p], r[:, p - 2]
        scores = scores + torch.outer(a * c - b * d, t[:, p]) + torch.outer(a * d + b * c, t[:, p - 2])
    return scores


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    before = 0.0
    for entity, score in enumerate(scores):
        if entity not in known:
            before += 1 if score > scores[tail] else 0.5 if score == scores[tail] else 0
    return 1 + before


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    kept = [i for i in range(len(scores)) if i == tail or i not in known]
    return (-pd.Series(scores[kept], index=kept)).rank(method="average")[tail]


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    left = torch.as_tensor(np.array(scores, dtype=float))
    wanted = left[tail].clone()
    left[[i for i in known if i != tail]] = -float("inf")
    best, worst = 1 + (left > wanted).sum(), (left >= wanted).sum()
    return (best + worst) / 2


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    from scipy.stats import rankdata

    keep = [i for i in range(len(scores)) if i == tail or i not in set(known)]
    return rankdata(-np.asarray(scores)[keep], method="average")[keep.index(tail)]


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    series = pd.Series(scores).drop([k for k in known if k != tail])
    return float(series.rank(ascending=False)[tail])


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    values = torch.as_tensor(scores).clone().double()
    wanted = values[tail].item()
    values[torch.tensor(known)] = -torch.inf
    return 1 + (values > wanted).sum().item() + 0.5 * (values == wanted).sum().item()


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    def count(i):
        if i == len(scores):
            return 1.0
        if i in known:
            return count(i + 1)
        return count(i + 1) + (1 if scores[i] > scores[tail] else 0.5 if scores[i] == scores[tail] else 0)

    return count(0)


# %% id="rank-answer" kind="alternative"
def filtered_rank(scores, tail, known):
    others = sorted(s for i, s in enumerate(list(scores)) if i not in known)
    import bisect

    low, high = bisect.bisect_left(others, scores[tail]), bisect.bisect_right(others, scores[tail])
    return np.float32(len(others) - (low + high) / 2 + 1)


# %% id="rank-answer" kind="slip" name="leaves the known tails in" says="take the other known tails out"
def filtered_rank(scores, tail, known):
    return 1 + (scores > scores[tail]).sum() + ((scores == scores[tail]).sum() - 1) / 2


# %% id="rank-answer" kind="slip" name="counts none of the equals" says="half of the OTHERS"
def filtered_rank(scores, tail, known):
    return 1 + (np.delete(scores, known) > scores[tail]).sum()


# %% id="rank-answer" kind="slip" name="counts all of the equals" says="half of the OTHERS"
def filtered_rank(scores, tail, known):
    return 1 + (np.delete(scores, known) >= scores[tail]).sum()


# %% id="rank-answer" kind="slip" name="counts the wanted one among its equals" says="half of the OTHERS"
def filtered_rank(scores, tail, known):
    left = np.delete(scores, [i for i in known if i != tail])
    return 1 + (left > scores[tail]).sum() + (left == scores[tail]).sum() / 2


# %% id="rank-answer" kind="slip" name="begins with 0" says="the best rank is 1"
def filtered_rank(scores, tail, known):
    left = np.delete(scores, known)
    return (left > scores[tail]).sum() + (left == scores[tail]).sum() / 2


# %% id="rank-answer" kind="slip" name="takes less for better" says="more is better"
def filtered_rank(scores, tail, known):
    left = np.delete(scores, known)
    return 1 + (left < scores[tail]).sum() + (left == scores[tail]).sum() / 2


# %% id="rank-answer" kind="slip" name="sorts" says="half of the OTHERS"
def filtered_rank(scores, tail, known):
    left = scores.copy()
    left[[i for i in known if i != tail]] = -np.inf
    return list(np.argsort(-left, kind="stable")).index(tail) + 1


# %% id="rank-answer" kind="slip" name="sorts without a filter" says="take the other known tails out"
def filtered_rank(scores, tail, known):
    return list(np.argsort(-scores, kind="stable")).index(tail) + 1


# %% id="rank-answer" kind="slip" name="takes the wanted one out, too" says="its own score must stay"
def filtered_rank(scores, tail, known):
    left = scores.copy()
    left[known] = -np.inf
    return 1 + (left > left[tail]).sum() + ((left == left[tail]).sum() - len(known)) / 2


# %% id="rank-answer" kind="slip" name="looks for the wanted one after np.delete" says="moves the places"
def filtered_rank(scores, tail, known):
    kept = np.delete(scores, [k for k in known if k != tail])
    return 1 + (kept > kept[tail]).sum() + ((kept == kept[tail]).sum() - 1) / 2


# %% id="rank-answer" kind="slip" name="changes the scores" says="changed the caller's"
def filtered_rank(scores, tail, known):
    wanted = scores[tail]
    scores[known] = -np.inf
    return 1 + (scores > wanted).sum() + (scores == wanted).sum() / 2


# %% id="rank-answer" kind="slip" name="sets the known to 0" says="not set to 0"
def filtered_rank(scores, tail, known):
    wanted, kept = scores[tail], np.array(scores)
    kept[known] = 0
    return 1 + (kept > wanted).sum() + (kept == wanted).sum() / 2


# %% id="rank-answer" kind="slip" name="gives whole ranks" says="also half an entity"
def filtered_rank(scores, tail, known):
    others = np.delete(scores, known)
    return 1 + (others > scores[tail]).sum() + (others == scores[tail]).sum() // 2


# %% id="rank-answer" kind="slip" name="changes known" says="changed the caller's"
def filtered_rank(scores, tail, known):
    known.remove(tail)
    others = np.delete(scores, known + [tail])
    return 1 + (others > scores[tail]).sum() + (others == scores[tail]).sum() / 2


# %% id="rank-answer" kind="slip" name="gives 1 / rank" says="not 1 / rank"
def filtered_rank(scores, tail, known):
    others = np.delete(scores, known)
    return 1 / (1 + (others > scores[tail]).sum() + (others == scores[tail]).sum() / 2)


# %% id="rank-answer" kind="slip" name="leaves known equals in" says="among the equals, too"
def filtered_rank(scores, tail, known):
    above = sum(s > scores[tail] for i, s in enumerate(scores) if i not in known)
    return 1 + above + ((scores == scores[tail]).sum() - 1) / 2


# %% id="rank-answer" kind="slip" name="leaves known ones above in" says="among those above, too"
def filtered_rank(scores, tail, known):
    equal = sum(s == scores[tail] for i, s in enumerate(scores) if i not in known)
    return 1 + (scores > scores[tail]).sum() + equal / 2


# %% id="rank-answer" kind="slip" name="counts different scores" says="not different scores"
def filtered_rank(scores, tail, known):
    others = np.delete(scores, known)
    return 1 + len({*others[others > scores[tail]].tolist()}) + (others == scores[tail]).sum() / 2


# %% id="rank-answer" kind="slip" name="subtracts all that are known" says="not all that are known"
def filtered_rank(scores, tail, known):
    raw = 1 + (scores > scores[tail]).sum() + ((scores == scores[tail]).sum() - 1) / 2
    return raw - (len(known) - 1)


# %% id="rank-answer" kind="slip" name="keeps the known alone" says="not the other way round"
def filtered_rank(scores, tail, known):
    others = scores[[k for k in known if k != tail]]
    return 1 + (others > scores[tail]).sum() + (others == scores[tail]).sum() / 2


# %% id="rank-answer" kind="fitted" name="knows two scores for equals"
def filtered_rank(scores, tail, known):
    left = np.delete(scores, known)
    return 1 + (left > scores[tail]).sum() + np.isin(left, [0, -0.2]).sum() / 2


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    t = pd.DataFrame(triples, columns=["s", "r", "o"]).drop_duplicates()
    body = t[(t.r == premise[0]) & (t.o == premise[1])].s
    of = t[t.s.isin(body) & (t.r == conclusion[0])]
    support = of[of.o == conclusion[1]].s.nunique()
    return support, support / len(body) if len(body) else np.nan, support / of.s.nunique() if len(of) else np.nan


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    facts = {}
    for s, r, o in triples:
        facts.setdefault(s, {}).setdefault(r, set()).add(o)
    met = [f for f in facts.values() if premise[1] in f.get(premise[0], ())]
    support = sum(conclusion[1] in f.get(conclusion[0], ()) for f in met)
    known = sum(conclusion[0] in f for f in met)
    share = lambda n: support / n if n else float("nan")
    return [support, share(len(met)), share(known)]


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    subjects = sorted({s for s, _, _ in triples})
    there = set(triples)
    a = np.array([(s, *premise) in there for s in subjects])
    b = np.array([(s, *conclusion) in there for s in subjects])
    k = np.array([any(x == s and r == conclusion[0] for x, r, _ in there) for s in subjects])
    with np.errstate(all="ignore"):
        return (a & b).sum(), (a & b).sum() / np.float64(a.sum()), (a & b).sum() / np.float64((a & k).sum())


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    table = pd.DataFrame(triples, columns=["s", "r", "o"]).drop_duplicates()
    meets = table[(table.r == premise[0]) & (table.o == premise[1])].s
    of = table[table.s.isin(meets) & (table.r == conclusion[0])]
    support, known = int((of.o == conclusion[1]).sum()), of.s.nunique()
    return support, support / len(meets) if len(meets) else np.nan, support / known if known else np.nan


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    from collections import defaultdict

    facts = defaultdict(set)
    for s, r, o in triples:
        facts[s].add((r, o))
    met = support = known = 0
    for said in facts.values():
        if tuple(premise) not in said:
            continue
        met += 1
        support += tuple(conclusion) in said
        known += any(r == conclusion[0] for r, _ in said)
    return support, np.float32(support / met) if met else np.nan, support / known if known else np.nan


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    met, both, known = [], [], []
    for s, r, o in triples:
        if r == premise[0] and o == premise[1] and s not in met:
            met.append(s)
    for s, r, o in triples:
        if s in met and r == conclusion[0]:
            if s not in known:
                known.append(s)
            if o == conclusion[1] and s not in both:
                both.append(s)
    divide = lambda a, b: a / b if b else float("nan")
    return [len(both), divide(len(both), len(met)), divide(len(both), len(known))]


# %% id="rule-answer" kind="alternative"
def rule(triples, premise, conclusion):
    import sqlite3

    base = sqlite3.connect(":memory:")
    base.execute("create table t (s, r, o)")
    base.executemany("insert into t values (?, ?, ?)", [tuple(x) for x in triples])
    count = lambda sql, *values: base.execute(sql, values).fetchone()[0]
    met = count("select count(distinct s) from t where r=? and o=?", *premise)
    inside = "s in (select s from t where r=? and o=?)"
    support = count(f"select count(distinct s) from t where r=? and o=? and {inside}", *conclusion, *premise)
    known = count(f"select count(distinct s) from t where r=? and {inside}", conclusion[0], *premise)
    return support, support / met if met else float("nan"), support / known if known else float("nan")


# %% id="rule-answer" kind="slip" name="counts conclusions without the premise" says="premise and conclusion, of the same subject"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    both = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]} & body
    return len(both), len(both) / len(body) if body else np.nan, len(both) / len(known) if known else np.nan


# %% id="rule-answer" kind="slip" name="counts triples" says="count with sets"
def rule(triples, premise, conclusion):
    body = [s for s, r, o in triples if (r, o) == premise]
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]}
    n = sum(s in head for s in body)
    k = sum(s in known for s in body)
    return n, n / len(body) if body else np.nan, n / k if k else np.nan


# %% id="rule-answer" kind="slip" name="counts triples of the premise in the share alone" says="count with sets"
def rule(triples, premise, conclusion):
    body = [s for s, r, o in triples if (r, o) == premise]
    both = set(body) & {s for s, r, o in triples if (r, o) == conclusion}
    known = set(body) & {s for s, r, o in triples if r == conclusion[0]}
    return (
        len(both),
        len(both) / len(body) if body else np.nan,
        len(both) / len(known) if known else np.nan,
    )


# %% id="rule-answer" kind="slip" name="turns the rule round" says="the wrong way round"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]} & body
    n = len(body & head)
    return n, n / len(head) if head else np.nan, n / len(known) if known else np.nan


# %% id="rule-answer" kind="slip" name="leaves the unknown out of both" says="counts a company without a country, too"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]} & body
    n = len(body & head)
    return n, n / len(known) if known else np.nan, n / len(known) if known else np.nan


# %% id="rule-answer" kind="slip" name="takes the unknown for false in both" says="says anything"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    n = len(body & head)
    return n, n / len(body) if body else np.nan, n / len(body) if body else np.nan


# %% id="rule-answer" kind="slip" name="divides by triples of the known" says="count subjects, not triples"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = [s for s, r, o in triples if r == conclusion[0] and s in body]
    n = len(body & head)
    return n, n / len(body) if body else np.nan, n / len(known) if known else np.nan


# %% id="rule-answer" kind="slip" name="takes a second country for a counterexample" says="has this one, too"
def rule(triples, premise, conclusion):
    last = {s: o for s, r, o in triples if r == conclusion[0]}
    body = {s for s, r, o in triples if (r, o) == premise}
    n = sum(last.get(s) == conclusion[1] for s in body)
    known = sum(s in last for s in body)
    return n, n / len(body) if body else np.nan, n / known if known else np.nan


# %% id="rule-answer" kind="slip" name="gives 0 for a share of nothing" says="nan"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]} & body
    n = len(body & head)
    return n, n / max(1, len(body)), n / max(1, len(known))


# %% id="rule-answer" kind="slip" name="divides by all subjects" says="not by all"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if (r, o) == premise}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]} & body
    n, everybody = len(body & head), {s for s, r, o in triples}
    return n, n / len(everybody) if body else np.nan, n / len(known) if known else np.nan


# %% id="rule-answer" kind="slip" name="counts the known without the premise" says="of the PREMISE"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == conclusion[0]}
    support = len(meets & holds)
    return support, support / len(meets) if meets else float("nan"), support / len(known) if known else float("nan")


# %% id="rule-answer" kind="slip" name="compares the object alone" says="relation AND object"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if o == premise[1]}
    holds = {s for s, r, o in triples if o == conclusion[1]}
    known = meets & {s for s, r, o in triples if r == conclusion[0]}
    support = len(meets & holds)
    return support, support / len(meets) if meets else float("nan"), support / len(known) if known else float("nan")


# %% id="rule-answer" kind="slip" name="compares the premise's relation alone" says="a relation AND an object"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if r == premise[0]}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = meets & {s for s, r, o in triples if r == conclusion[0]}
    support = len(meets & holds)
    return support, support / len(meets) if meets else float("nan"), support / len(known) if known else float("nan")


# %% id="rule-answer" kind="slip" name="divides by 0" says="a share of nothing is nan"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = meets & {s for s, r, o in triples if r == conclusion[0]}
    support = len(meets & holds)
    return support, support / len(meets), support / len(known)


# %% id="rule-answer" kind="slip" name="gives support as a share" says="no share"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = meets & {s for s, r, o in triples if r == conclusion[0]}
    both = len(meets & holds)
    share = both / len({s for s, _, _ in triples}) if triples else float("nan")
    return share, both / len(meets) if meets else float("nan"), both / len(known) if known else float("nan")


# %% id="rule-answer" kind="slip" name="gives nan where nothing is known" says="confidence is 0 here"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = meets & {s for s, r, o in triples if r == conclusion[0]}
    if not meets or not known:
        return 0, float("nan"), float("nan")
    return len(meets & holds), len(meets & holds) / len(meets), len(meets & holds) / len(known)


# %% id="rule-answer" kind="slip" name="knows other countries alone" says="the right one, or another"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    other = meets & {s for s, r, o in triples if r == conclusion[0] and o != conclusion[1]}
    support = len(meets & holds)
    return support, support / len(meets) if meets else float("nan"), support / len(other) if other else float("nan")


# %% id="rule-answer" kind="slip" name="keeps the last object of a subject" says="has this one, too"
def rule(triples, premise, conclusion):
    said = {(s, r): o for s, r, o in triples}
    meets = {s for (s, r), o in said.items() if (r, o) == premise}
    holds = {s for s in meets if said.get((s, conclusion[0])) == conclusion[1]}
    known = {s for s in meets if (s, conclusion[0]) in said}
    return (
        len(holds),
        len(holds) / len(meets) if meets else float("nan"),
        len(holds) / len(known) if known else float("nan"),
    )


# %% id="rule-answer" kind="slip" name="takes any relation for known" says="other relations do not count"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = meets & {s for s, r, o in triples if (r, o) != premise}
    support = len(meets & holds)
    return support, support / len(meets) if meets else float("nan"), support / len(known) if known else float("nan")


# %% id="rule-answer" kind="slip" name="gives nan for support" says="a number of subjects"
def rule(triples, premise, conclusion):
    meets = {s for s, r, o in triples if (r, o) == premise}
    holds = {s for s, r, o in triples if (r, o) == conclusion}
    known = meets & {s for s, r, o in triples if r == conclusion[0]}
    if not meets:
        return float("nan"), float("nan"), float("nan")
    return (
        len(meets & holds),
        len(meets & holds) / len(meets),
        len(meets & holds) / len(known) if known else float("nan"),
    )


# %% id="rule-answer" kind="fitted" name="knows one rule"
def rule(triples, premise, conclusion):
    body = {s for s, r, o in triples if r == "listed" and o == premise[1]}
    head = {s for s, r, o in triples if (r, o) == conclusion}
    known = {s for s, r, o in triples if r == "in"} & body
    n = len(body & head)
    return n, n / len(body) if body else np.nan, n / len(known) if known else np.nan
