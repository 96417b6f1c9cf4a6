"""What TeX's commands stand for: letters, operators, functions and the alphabets of mathematics."""

from __future__ import annotations


def _table(written: str) -> dict[str, str]:
    words = written.split()
    return dict(zip(words[::2], words[1::2], strict=True))


#: Letters: slanted when they stand alone, as TeX slants them.
LETTERS = _table("""
alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ lambda λ
mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ
omega ω imath ı jmath ȷ ell ℓ hbar ℏ hslash ℏ partial ∂
""")
#: Letters and signs that stay upright.
UPRIGHT = _table("""
Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infty ∞ nabla ∇ emptyset ∅ varnothing ∅
aleph ℵ beth ℶ gimel ℷ daleth ℸ wp ℘ Re ℜ Im ℑ top ⊤ bot ⊥ angle ∠ triangle △ square □ Box □ Diamond ◇ blacksquare ■
forall ∀ exists ∃ nexists ∄ hearts ♥ heartsuit ♡ spadesuit ♠ clubsuit ♣ diamondsuit ♢ flat ♭ natural ♮ sharp ♯ degree °
checkmark ✓ dag † dagger † ddag ‡ ddagger ‡ S § P ¶ pounds £ euro € yen ¥ copyright © prime ′ backprime ‵ measuredangle
∡ complement ∁ mho ℧ bigstar ★ star ⋆ lozenge ◊ Finv Ⅎ eth ð R ℝ N ℕ Z ℤ Q ℚ C ℂ AA Å aa å ae æ AE Æ oe œ OE Œ ss ß
o ø O Ø
""")
#: Operators, relations, arrows and marks.
OPERATORS = _table("""
pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ cap ∩ cup ∪ uplus ⊎
sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀ amalg ⨿ bigcirc ◯ bigtriangleup △
bigtriangledown ▽ triangleleft ◃ triangleright ▹ diamond ⋄ neg ¬ lnot ¬ colon : cdotp · ldotp . dotplus ∔ ltimes ⋉
rtimes ⋊ Cap ⋒ Cup ⋓ barwedge ⊼ veebar ⊻ boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ centerdot ⋅
leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ equiv ≡ sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝ ll ≪ gg ≫ lll ⋘ ggg ⋙ prec ≺ succ ≻
preceq ⪯ succeq ⪰ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈ nsupseteq ⊉ sqsubset ⊏
sqsupset ⊐ sqsubseteq ⊑ sqsupseteq ⊒ in ∈ notin ∉ ni ∋ owns ∋ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ Vdash ⊩ nvdash ⊬
nvDash ⊭ perp ⊥ mid ∣ nmid ∤ parallel ∥ nparallel ∦ asymp ≍ doteq ≐ bowtie ⋈ Join ⋈ smile ⌣ frown ⌢ leqslant ⩽
geqslant ⩾ lesssim ≲ gtrsim ≳ lessgtr ≶ approxeq ≊ triangleq ≜ coloneqq ≔ eqqcolon ≕ coloneq ≔ because ∵ therefore ∴
nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nsim ≁ ncong ≇ lneq ⪇ gneq ⪈ trianglelefteq ⊴ trianglerighteq ⊵ vartriangleleft ⊲
vartriangleright ⊳ between ≬ pitchfork ⋔ varpropto ∝ thicksim ∼ thickapprox ≈ backsim ∽ eqsim ≂ bumpeq ≏ Bumpeq ≎
circeq ≗ risingdotseq ≓ fallingdotseq ≒ preccurlyeq ≼ succcurlyeq ≽ precsim ≾ succsim ≿ lesseqgtr ⋚ gtreqless ⋛
leftarrow ← gets ← rightarrow → to → leftrightarrow ↔ Leftarrow ⇐ Rightarrow ⇒ Leftrightarrow ⇔ longleftarrow ⟵
longrightarrow ⟶ longleftrightarrow ⟷ Longleftarrow ⟸ Longrightarrow ⟹ Longleftrightarrow ⟺ implies ⟹ impliedby ⟸ iff ⟺
mapsto ↦ longmapsto ⟼ hookleftarrow ↩ hookrightarrow ↪ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓
Updownarrow ⇕ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼
leftharpoondown ↽ rightleftharpoons ⇌ leftrightharpoons ⇋ rightsquigarrow ⇝ leadsto ⇝ nrightarrow ↛ nleftarrow ↚
nRightarrow ⇏ nLeftarrow ⇍ twoheadrightarrow ↠ rightarrowtail ↣ curvearrowright ↷ circlearrowright ↻ circlearrowleft ↺
upharpoonright ↾ restriction ↾ multimap ⊸ rightrightarrows ⇉ leftleftarrows ⇇ rightleftarrows ⇄ leftrightarrows ⇆
ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ hdots … textellipsis … surd √ lhd ⊲ rhd ⊳
unlhd ⊴ unrhd ⊵ backslash \\ vert | | ‖ Vert ‖ lvert | rvert | lVert ‖ rVert ‖ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋
lceil ⌈ rceil ⌉ lbrace { rbrace } { { } } lbrack [ rbrack ] lgroup ⟮ rgroup ⟯ ulcorner ⌜ urcorner ⌝ llcorner ⌞
lrcorner ⌟ slash / lt < gt > And & # # % % $ $ _ _ & &
""")
#: Signs that take their limits above and below in a display.
LARGE = _table("""
sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆
""")
INTEGRALS = _table("int ∫ iint ∬ iiint ∭ iiiint ⨌ oint ∮ oiint ∯ oiiint ∰ smallint ∫ intop ∫")
_FUNCTIONS = """arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh tr
Tr rank sgn diag erf Var Cov"""
_LIMITS = """det gcd inf lim max min sup Pr argmax argmin projlim injlim lcm"""
#: Functions, and those of them whose subscript goes below.
FUNCTIONS = {name: name for name in (*_FUNCTIONS.split(), *_LIMITS.split())}
FUNCTIONS |= {"limsup": "lim sup", "liminf": "lim inf", "argmax": "arg max", "argmin": "arg min"}
BELOW = frozenset((*_LIMITS.split(), "limsup", "liminf"))

#: Marks above a letter (false: they do not stretch), above a run (true), and below it.
ACCENTS = _table("hat ^ check ˇ tilde ~ acute ´ grave ` dot ˙ ddot ¨ dddot ⃛ breve ˘ bar ¯ vec → mathring ˚")
ABOVE = _table("""widehat ^ widetilde ~ overline ¯ overrightarrow → overleftarrow ← overleftrightarrow ↔ overbrace ⏞
overparen ⏜ overgroup ⏠ overbracket ⎴""")
UNDER = _table("""underline _ underbrace ⏟ underrightarrow → underleftarrow ← underparen ⏝ underbracket ⎵ underbar _""")
#: Arrows with words above and below.
LONG_ARROWS = _table("""xrightarrow → xleftarrow ← xleftrightarrow ↔ xRightarrow ⇒ xLeftarrow ⇐ xLeftrightarrow ⇔
xmapsto ↦ xhookrightarrow ↪ xhookleftarrow ↩ xrightleftharpoons ⇌ xlongequal =""")

#: Blanks in em (The TeXbook, chapter 18).
SPACES = {
    ",": "0.167", ":": "0.222", ">": "0.222", ";": "0.278", "!": "-0.167", " ": "0.25", "quad": "1", "qquad": "2",
    "thinspace": "0.167", "medspace": "0.222", "thickspace": "0.278", "negthinspace": "-0.167", "enspace": "0.5",
    "nobreakspace": "0.25", "space": "0.25",
}  # fmt: skip
#: Delimiters of the environments that are matrices.
MATRICES = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"), "smallmatrix": ("", ""), "cases": ("{", ""), "rcases": ("", "}"), "dcases": ("{", ""),
    "array": ("", ""), "aligned": ("", ""), "align": ("", ""), "alignat": ("", ""), "alignedat": ("", ""),
    "split": ("", ""), "gathered": ("", ""), "gather": ("", ""), "eqnarray": ("", ""), "multline": ("", ""),
    "equation": ("", ""), "subarray": ("", ""), "darray": ("", ""), "math": ("", ""), "displaymath": ("", ""),
    "flalign": ("", ""), "multlined": ("", ""), "CD": ("", ""), "lgathered": ("", ""), "rgathered": ("", ""),
}  # fmt: skip

#: First capital, first small letter, first digit of each alphabet (Unicode, Mathematical Alphanumeric Symbols).
_ALPHABETS = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE), "bolditalic": (0x1D468, 0x1D482, 0x1D7CE), "script": (0x1D49C, 0x1D4B6, 0),
    "fraktur": (0x1D504, 0x1D51E, 0), "double": (0x1D538, 0x1D552, 0x1D7D8), "sans": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "mono": (0x1D670, 0x1D68A, 0x1D7F6),
}  # fmt: skip
#: Letters that had a place in Unicode before those alphabets came.
_HOLES = {
    "script": _table("B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ e ℯ g ℊ o ℴ"),
    "fraktur": _table("C ℭ H ℌ I ℑ R ℜ Z ℨ"),
    "double": _table("C ℂ H ℍ N ℕ P ℙ Q ℚ R ℝ Z ℤ"),
}
#: Commands that change the alphabet of what follows in braces.
FONTS = {
    "mathbf": "bold", "boldsymbol": "bolditalic", "bm": "bolditalic", "pmb": "bold", "mathbfit": "bolditalic",
    "mathcal": "script", "mathscr": "script", "mathfrak": "fraktur", "mathbb": "double", "mathbbm": "double",
    "mathds": "double", "Bbb": "double", "mathsf": "sans", "mathtt": "mono", "mathrm": "normal", "mathup": "normal",
    "mathit": "italic", "mathnormal": "italic", "rm": "normal", "bf": "bold", "it": "italic", "cal": "script",
    "sf": "sans", "tt": "mono", "bold": "bold", "symbf": "bold", "symbb": "double", "symcal": "script",
}  # fmt: skip
_TEXTS = "text textrm textnormal mbox textup hbox fbox textsf texttt textit textbf emph textmd"
TEXTS = frozenset(_TEXTS.split())

#: Commands without a trace, and how many arguments in braces go with them.
SILENT = {
    "label": 1, "nonumber": 0, "notag": 0, "limits": 0, "nolimits": 0, "hline": 0, "displaylimits": 0, "allowbreak": 0,
    "color": 1, "cr": 0, "mathstrut": 0, "strut": 0, "null": 0, "relax": 0, "vphantom": 1, "phantom": 1,
    "hphantom": 1, "begingroup": 0, "endgroup": 0, "noindent": 0, "centering": 0, "smash": 0, "vspace": 1,
    "hskip": 0, "eqref": 0, "protect": 0, "normalsize": 0, "small": 0, "large": 0, "Large": 0, "textstyle": 0,
    "scriptstyle": 0, "scriptscriptstyle": 0, "displaystyle": 0, "unicode": 1, "require": 1, "tiny": 0,
}  # fmt: skip
#: Commands that mean what stands in their braces; the number says how many arguments before it are dropped.
SHOWN = {
    "boxed": 0, "fcolorbox": 2, "colorbox": 1, "textcolor": 1, "mathop": 0, "mathbin": 0, "mathrel": 0, "mathord": 0,
    "mathopen": 0, "mathclose": 0, "mathpunct": 0, "mathinner": 0, "href": 1, "class": 1, "style": 1, "cssId": 1,
    "bcancel": 0, "cancel": 0, "xcancel": 0, "mathllap": 0, "mathrlap": 0, "mathclap": 0, "llap": 0,
    "rlap": 0, "raisebox": 1, "ensuremath": 0, "ce": 0, "pu": 0, "htmlClass": 1, "htmlId": 1, "url": 0, "enclose": 1,
}  # fmt: skip


def in_alphabet(character: str, font: str) -> str:
    """A letter or digit in another alphabet; itself where that has none."""
    if font not in _ALPHABETS:
        return character
    hole = _HOLES.get(font, {}).get(character)
    if hole:
        return hole
    capital, small, digit = _ALPHABETS[font]
    if "A" <= character <= "Z":
        return chr(capital + ord(character) - 65)
    if "a" <= character <= "z":
        return chr(small + ord(character) - 97)
    if "0" <= character <= "9" and digit:
        return chr(digit + ord(character) - 48)
    if font in ("bold", "bolditalic"):
        if "Α" <= character <= "Ω":
            return chr((0x1D6A8 if font == "bold" else 0x1D71C) + ord(character) - 0x391)
        if "α" <= character <= "ω":
            return chr((0x1D6C2 if font == "bold" else 0x1D736) + ord(character) - 0x3B1)
    return character
