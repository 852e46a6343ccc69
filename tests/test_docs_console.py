"""Console examples are run, compared, and accepted on demand."""

from pathlib import Path

from docs_console import agrees, check, merge

PAGE = """Say it:

```console
$ echo one
one
$ cat > file <<'END'
> two
>
> three
> END
$ cat file
two

three
```

and again

```console
$ ls nowhere
ls: ...
$ echo $?
2
$ wc -l < file; ls examples | head -n 1
3
a-cable-nobody-loves.txt
```
"""


def page(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_blocks_of_a_page_share_folder_and_shell(tmp_path: Path) -> None:
    assert check(page(tmp_path, PAGE)) == []


def test_another_output_is_named_and_accepted_on_demand(tmp_path: Path) -> None:
    path = page(tmp_path, PAGE.replace("one\none", "one\nwon").replace("\n\nthree\n```", "\n```"))
    first, second = check(path)
    assert first.endswith("`echo one`: prints something else\n- won\n+ one")
    assert "`cat file`" in second
    assert check(path, accept=True) == []
    assert path.read_text(encoding="utf-8") == PAGE


def test_failure_must_show_its_exit_code(tmp_path: Path) -> None:
    (wrong,) = check(page(tmp_path, PAGE.replace("$ echo $?\n2\n", "")), accept=True)
    assert "`ls nowhere`: exit code 2; show it with `echo $?`" in wrong


def test_command_that_ends_the_shell_is_an_error(tmp_path: Path) -> None:
    assert check(page(tmp_path, "```console\n$ exit 0\n```\n")) == [
        f"{tmp_path}/page.md: `exit 0`: not reached"
    ]


def test_dots_stand_for_anything() -> None:
    assert agrees("in ... s\n", "in 3.1 s\n")
    assert agrees("a\n...\nb\n", "a\n1\n2\nb\n")
    assert not agrees("a\n", "a\nb\n")
    assert not agrees("a ...\n", "a 1\nb\n")
    assert not agrees("", "a\n")


def test_lines_with_dots_outlive_a_change_beside_them() -> None:
    assert merge("1 file\n... s, ... files/s\n", "2 files\n1.5 s, 3 files/s\n") == (
        "2 files\n... s, ... files/s\n"
    )
