"""What could be wrong with a C file: every small change that tests/mutate may make to it.

A mutant replaces one stretch of the text: a comparison by its neighbour or its opposite, && by ||,
+ by -, ++ by --, a number by the next one either way, true by false, a condition or a bool result
by its negation, a statement by nothing. Comments, strings, includes and declarations stay. So does
what no test of correct code can notice: an assertion that holds for more, and a buffer that is
larger than it need be.
"""

import collections
import hashlib
import re

Mutant = collections.namedtuple("Mutant", "path offset old new line column text name")
Token = collections.namedtuple("Token", "kind text at end")

TOKEN = re.compile(
    r"""(?P<space>\s+|\\\n|//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<define>^[ \t]*\#[ \t]*define[ \t]+\w+(\([^)]*\))?)
      | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
      | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<operator>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||.)""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
SWAPS = {
    "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
    "==": ("!=",), "!=": ("==",), "&&": ("||",), "||": ("&&",), "+": ("-",), "-": ("+",),
    "++": ("--",), "--": ("++",), "+=": ("-=",), "-=": ("+=",),
    "true": ("false",), "false": ("true",),
}
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}
# In an assertion only what makes it hold for less can be noticed.
ASSERTION_SWAPS = {
    "<": (">=",), "<=": ("<", ">"), ">": ("<=",), ">=": (">", "<"), "==": ("!=",), "!=": ("==",),
    "||": ("&&",),
}
ASSERTIONS = {"assert", "static_assert", "_Static_assert"}
NO_STATEMENT = set(
    "if else for while do switch case default return goto break continue struct enum union const "
    "static extern unsigned signed char short int long float double bool void sizeof typedef "
    "assert static_assert".split()
)
ALLOCATIONS = {"xcalloc", "xmalloc", "xrealloc"}
# One step of one channel is seen by nobody.
COLOUR, COLOUR_STEP = r"0x[0-9a-fA-F]{6}", 0x202020
CLOSES = {"(": ")", "[": "]", "{": "}"}


def tokens_of(text):
    tokens = [Token(m.lastgroup if m.lastgroup else "", m.group(), m.start(), m.end())
              for m in TOKEN.finditer(text)]
    return [token for token in tokens if token.kind not in ("space", "directive")]


def number_neighbours(text):
    """`7u` gives `8u` and `6u`; nothing goes below zero."""
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+|\d*\.\d*)([uUlLfF]*)", text)
    if not match or re.fullmatch(r"0\d+", match.group(1)):
        return []
    digits, suffix = match.groups()
    if re.fullmatch(COLOUR, digits):
        return ["0x%06x" % (int(digits, 16) ^ COLOUR_STEP)]
    if "." in digits:
        values = [repr(float(digits) + step) for step in (1, -1)]
    elif digits[:2] in ("0x", "0X"):
        values = [hex(int(digits, 16) + step) for step in (1, -1)]
    else:
        values = [str(int(digits) + step) for step in (1, -1)]
    return [value + suffix for value in values if not value.startswith("-")]


class File:
    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.tokens = tokens_of(text)
        self.changes = []  # offset, old, new
        self.partner, self.within, self.called = self.match_brackets()
        self.asserted = self.find_asserted()
        self.bodies = self.find_bodies()

    def match_brackets(self):
        """Of each bracket the other one, and of each token the bracket that it is inside of and
        what stands before that."""
        partner, within, called, open_at = {}, [], [], []
        for i, token in enumerate(self.tokens):
            if token.text in CLOSES.values() and open_at:
                partner[i] = open_at.pop()
                partner[partner[i]] = i
            within.append(self.tokens[open_at[-1]].text if open_at else "")
            called.append(self.tokens[open_at[-1] - 1].text if open_at else "")
            if token.text in CLOSES:
                open_at.append(i)
        return partner, within, called

    def find_asserted(self):
        inside = set()
        for i, token in enumerate(self.tokens[:-1]):
            if token.text in ASSERTIONS and i + 1 in self.partner:
                inside.update(range(i, self.partner[i + 1] + 1))
        return inside

    def find_bodies(self):
        """The functions: first and last token, and whether the result is a bool."""
        bodies, i, begin = [], 0, 0
        while i < len(self.tokens):
            text = self.tokens[i].text
            if text == "{":
                end = self.partner.get(i, len(self.tokens) - 1)
                if i > 0 and self.tokens[i - 1].text == ")":
                    names = [token.text for token in self.tokens[begin:i]]
                    head = names[:names.index("(")]
                    bodies.append((i, end, "bool" in head and "*" not in head))
                i = end
            if self.tokens[i].text in (";", "}") or self.tokens[i].kind == "define":
                begin = i + 1
            i += 1
        return bodies

    def change(self, first, last, new):
        at, end = self.tokens[first].at, self.tokens[last].end
        self.changes.append((at, self.text[at:end], new))

    def find(self):
        for i, token in enumerate(self.tokens):
            if token.kind == "number":
                self.find_number(i)
            elif token.text in SWAPS:
                self.find_swap(i)
        for first, last, is_bool in self.bodies:
            for i in range(first + 1, last):
                if self.tokens[i].text in ("if", "while"):
                    self.find_condition(i)
                elif self.tokens[i].text == "return" and is_bool:
                    self.find_result(i)
                if self.begins_statement(i):
                    self.find_statement(i, last)
        return self.named()

    def find_number(self, i):
        if i in self.asserted:
            return
        capacity = self.is_capacity(i)
        for new in number_neighbours(self.tokens[i].text):
            if not (capacity and number_neighbours(self.tokens[i].text)[0] == new):
                self.change(i, i, new)

    def is_capacity(self, i):
        """The size in `char text[64]`, which declares and doesn't look up, or of an allocation."""
        if self.called[i] in ALLOCATIONS and self.tokens[i - 1].text in ("(", ",", "+"):
            return True
        if i < 3 or self.tokens[i - 1].text != "[" or self.tokens[i - 2].kind != "name":
            return False
        before = self.tokens[i - 3]
        return before.kind == "name" and before.text not in ("return", "case", "else")

    def find_swap(self, i):
        text, before = self.tokens[i].text, self.tokens[i - 1]
        if text in ("+", "-") and not (
            before.kind in ("name", "number") and before.text not in ("return", "case")
            or before.text in (")", "]")
        ):
            return
        for new in (ASSERTION_SWAPS if i in self.asserted else SWAPS).get(text, ()):
            self.change(i, i, new)

    def negate(self, first, last):
        """Unless it is one comparison, or one word, which have their opposite already."""
        texts = [token.text for token in self.tokens[first:last + 1]]
        compared = COMPARISONS.intersection(texts) and not {"&&", "||", "?"}.intersection(texts)
        if compared or texts in (["true"], ["false"]):
            return
        at, end = self.tokens[first].at, self.tokens[last].end
        self.change(first, last, "!(" + self.text[at:end] + ")")

    def find_condition(self, i):
        if i + 1 in self.partner and self.tokens[i + 1].text == "(":
            self.negate(i + 2, self.partner[i + 1] - 1)

    def find_result(self, i):
        end = i + 1
        while self.tokens[end].text != ";":
            end = self.partner[end] + 1 if self.tokens[end].text in CLOSES else end + 1
        self.negate(i + 1, end - 1)

    def begins_statement(self, i):
        before = self.tokens[i - 1].text
        if self.within[i] != "{":
            return False
        if before == ")":
            head = self.tokens[self.partner[i - 1] - 1].text
            return head in ("if", "for", "while", "switch")
        if before == ":":
            at = i - 2
            while self.tokens[at].text not in (";", "{", "}", "?", ":"):
                if self.tokens[at].text in ("case", "default"):
                    return True
                at -= 1
            return False
        return before in (";", "{", "}", "else", "do")

    def find_statement(self, i, last):
        token, after = self.tokens[i], self.tokens[i + 1]
        if token.text in ("break", "continue", "return") and after.text == ";":
            return self.change(i, i + 1, ";")
        if token.text in NO_STATEMENT or (token.kind != "name" and
                                          token.text not in ("*", "(", "++", "--")):
            return None
        declares = token.kind == "name" and (after.kind == "name" or (
            after.text == "*" and self.tokens[i + 2].kind == "name" and
            self.tokens[i + 3].text in ("=", ";", ",")
        ))
        if declares or self.text.startswith("(void)", token.at):
            return None
        end = i
        while end < last and self.tokens[end].text != ";":
            if self.tokens[end].text in CLOSES.values():
                return None
            end = self.partner[end] + 1 if self.tokens[end].text in CLOSES else end + 1
        return self.change(i, end, ";") if end < last else None

    def named(self):
        """A mutant keeps its name when other lines change: by what its line says, not where."""
        seen, mutants = collections.Counter(), []
        for at, old, new in sorted(self.changes):
            begin = self.text.rfind("\n", 0, at) + 1
            line = self.text[begin:self.text.find("\n", at)].strip()
            name = "\0".join((self.path, line, str(at - begin), old, new))
            seen[name] += 1
            mutants.append(Mutant(self.path, at, old, new, self.text.count("\n", 0, at) + 1,
                                  at - begin + 1, line, name + "\0%d" % seen[name]))
        return mutants


def mutants_of(path, text):
    return File(path, text).find()


def key_of(mutant):
    """What a mutant is for people: its file, its line, which one of those that read so, the column,
    the change."""
    nth = mutant.name.rpartition("\0")[2]
    return tuple(" ".join(text.split()) for text in
                 (mutant.path, mutant.text, nth, str(mutant.column), mutant.old, mutant.new))


def draw(mutants, seed):
    """All of them in an order that is the seed's."""
    def place(mutant):
        return hashlib.sha256(("%s\0%s" % (seed, mutant.name)).encode()).digest()
    return sorted(mutants, key=place)


def apply(text, mutant):
    end = mutant.offset + len(mutant.old)
    assert text[mutant.offset:end] == mutant.old
    # What a statement loses in lines it keeps as empty ones: __LINE__ is the same behind it.
    new = mutant.new + "\n" * (mutant.old.count("\n") - mutant.new.count("\n"))
    return text[:mutant.offset] + new + text[end:]
