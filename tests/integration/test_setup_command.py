"""A platform from nothing by `./greentrace setup`: by questions or a file, broken off, run twice."""

from __future__ import annotations

import configparser
import hashlib
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from cli.main import greentrace
from cli.setting_up import schema_versions
from cli.setup.answers import QUESTIONS, read_answers
from cli.setup.layout import Layout
from cli.setup.steps import Work
from tests.builders.signers import Signer
from tests.servers.databases import Databases
from tests.servers.door import Door
from tests.servers.served import serving
from trace.ledger.algorithms import PrivateKey
from trace.ledger.key_sealing import MasterKey
from trace.ledger.note import COSIGNATURE_V1, NoteSigner
from trace.platform.examination.examine import Asked, examine
from trace.platform.examination.held_keys import examine_held_keys
from trace.platform.examination.own_files import examine_owner
from trace.platform.folder import load_folder
from trace.platform.master_key import read_master_key
from trace.platform.opening import open_platform
from trace.store.log.keys import read_keys
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.read_log import log_progress
from trace.usecases.signing.held_keys import held_keys

MILL = "91310151XN0000442L"
ANSWERS = {
    "public-url": "https://trace.internal",
    "operator": MILL,
    "operator-title": "（演示）运营",
    "services": "none",
}


def _run(*arguments: object, text: str = "") -> Result:
    return CliRunner().invoke(greentrace, list(map(str, arguments)), input=text)


def _answers(path: Path, **changed: str) -> Path:
    given = {name.replace("_", "-"): value for name, value in {**ANSWERS, **changed}.items() if value}
    path.write_text("".join(f"{name} = {orjson.dumps(value).decode()}\n" for name, value in given.items()))
    return path


def _state(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder.parent)): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in folder.parent.glob(f"{folder.name}*")
        for path in part.rglob("*")
        if path.is_file() and not path.name.startswith("trace.db")
    }


def _size(folder: Path) -> int:
    platform = open_platform(folder)
    size, _, _ = log_progress(platform.transactions, platform.witnesses)
    platform.close()
    return size


def test_a_file_of_answers_makes_a_platform_and_twice_changes_nothing(
    databases: Databases, database_kind: str, tmp_path: Path
) -> None:
    address = "sqlite" if database_kind == "sqlite" else databases.empty("postgresql")
    source, folder = _answers(tmp_path / "a.toml", database=address), tmp_path / "food"
    first = _run("setup", folder, "--from", source)
    assert first.exit_code == 0, first.output
    for part, port in (("food-witness-agri", 8101), ("food-witness-market", 8102)):
        assert f"./greentrace witness --data {tmp_path / part} --port {port}\n" in first.output
    assert f"./greentrace serve --data {folder} --port 8000\n" in first.output
    secrets = [path.read_bytes().strip() for path in folder.parent.rglob("*.token")]
    assert len(secrets) == 3  # the administrator's and one of each witness
    assert not [one for one in secrets if one.decode() in first.output]
    for path in [*folder.parent.glob("food*/**/keys/**/*"), folder / "platform.toml", folder / "setup.toml"]:
        assert path.is_dir() or path.stat().st_mode & 0o077 == 0, path
    assert address not in (folder / "setup.toml").read_text() or address == "sqlite"
    before, size = _state(folder), _size(folder)
    again = _run("setup", folder, "--from", source)
    assert again.exit_code == 0, again.output
    assert "✓" not in again.output
    assert _run("setup", folder).exit_code == 0  # nothing is asked any more
    assert (_state(folder), _size(folder)) == (before, size)
    assert size == 4
    platform = open_platform(folder)
    registrars = frozenset(platform.trust.registrars)
    assert audit_log(platform.transactions, platform.trust.policies[0], registrars, platform.lot_key).sound
    platform.close()


def test_with_a_master_key_the_registrar_can_sign_on_pages(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    master, folder = tmp_path / "master.key", tmp_path / "data" / "p"
    assert _run("master-key", master, "--data", tmp_path / "data").exit_code == 0
    source = _answers(tmp_path / "a.toml")
    run = CliRunner(env={"GREENTRACE_MASTER_KEY_FILE": str(master)})
    made = run.invoke(greentrace, ["setup", str(folder), "--from", str(source)])
    assert made.exit_code == 0, made.output
    assert "平台封存代管" in made.output
    platform = open_platform(folder)
    with platform.transactions.look() as tx:
        (kid,) = platform.trust.registrars
        entry = read_keys(tx.connection, tx.origin, {kid})[kid]
    assert entry.custody == "server"
    assert held_keys(platform.transactions, entry.holder) == [kid]
    assert platform.master_key is None  # nobody names it here
    assert [one.code for one in examine_held_keys(platform)] == ["held-keys-closed"]
    platform.master_key = read_master_key(folder, {"GREENTRACE_MASTER_KEY_FILE": str(master)})
    assert [one.code for one in examine_held_keys(platform)] == ["held-keys-open"]
    platform.master_key = MasterKey.from_text(MasterKey.new_text())
    assert [one.code for one in examine_held_keys(platform)] == ["master-key-unfit"]
    platform.close()


def test_what_was_set_up_is_well_but_for_what_does_not_run_yet(tmp_path: Path) -> None:
    assert _run("setup", tmp_path / "p", "--from", _answers(tmp_path / "a.toml")).exit_code == 0
    found = {one.code: one.state for one in examine(tmp_path / "p", Asked("-", frozenset(), network=False))}
    good = {"settings-read", "keys-closed", "policy-read", "zone-right"}
    assert {found[code] for code in good} == {"well"}


def test_questions_are_asked_until_the_answer_can_be(tmp_path: Path) -> None:
    typed = (
            "fod", "food",  # no such role
            "", "trace.internal", "https://trace.internal",  # none, no address
            "a log", "",  # no name; then the default
            "", "mysql://x/y", "sqlite:///here.db", "",  # profile, no databases
            "80", "8000",  # a port of the system
            "123", MILL, "", "（演示）运营",  # no code; no name
            "nobody", "here", "", "", "",  # registrar
            "Agri!", "agri", "here", "8000", "8101",  # witness: its name, a port that is taken
            "agri", "market", "here", "8102",
            "systemd", "greentrace",
    )  # fmt: skip
    done = _run("setup", tmp_path / "food", text="\n".join((*typed, "")))
    assert done.exit_code == 0, done.output
    assert "Traceback" not in done.output
    told = done.output
    for said in ("请从写明的几项里选一项", "不是完整的网址", "日志名只能用", "只能用 SQLite 或 PostgreSQL",
                 "绝对路径", "端口要写", "这一项不能空着", "43 位", "简称用英文小写", "这个端口前面已经用了",
                 "简称不能相同"):  # fmt: skip
        assert said in told, said
    folder = load_folder(tmp_path / "food")
    assert (folder.origin, folder.public_url) == ("trace.internal/food", "https://trace.internal")
    assert [one.url for one in folder.witnesses] == ["http://127.0.0.1:8101", "http://127.0.0.1:8102"]


def test_no_address_is_taken_that_packs_could_not_lead_to(tmp_path: Path) -> None:
    for url, told in (("", "不能空着"), ("https://trace.example.cn", "示例"), ("https://x.test", "示例")):
        source = _answers(tmp_path / "a.toml", **{"public-url": url})
        done = _run("setup", tmp_path / "p", "--from", source)
        assert done.exit_code == 1
        assert "public-url" in done.output
        assert told in done.output
    assert not (tmp_path / "p" / "platform.toml").exists()
    assert _run("setup", tmp_path / "p", "--from", _answers(tmp_path / "a.toml")).exit_code == 0
    settings = tmp_path / "p" / "platform.toml"
    settings.write_text(settings.read_text().replace("https://trace.internal", "https://trace.example.cn"))
    wanted, known = schema_versions()
    found = examine(tmp_path / "p", Asked(wanted, known, network=False))
    assert [one.state for one in found if one.code == "public-address-example"] == ["amiss"]


def test_a_set_up_that_broke_off_while_asking_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "food"
    broken = _run("setup", folder, text="agri\nhttps://agri.internal\n")
    assert broken.exit_code == 1
    assert read_answers(folder / "setup.toml") == {"role": "agri", "public-url": "https://agri.internal"}
    rest = f"\n\n\n\n{MILL}\n（演示）\n\n\n\n\n\n\n\n\n\n\nnone\n"
    done = _run("setup", folder, text=rest)
    assert done.exit_code == 0, done.output
    assert load_folder(folder).origin == "agri.internal/agri"


@pytest.mark.parametrize("steps", [2, 5, 7, 9])
def test_a_set_up_that_broke_off_half_way_goes_on(tmp_path: Path, steps: int) -> None:
    source, folder = _answers(tmp_path / "a.toml"), tmp_path / "food"
    answers: dict[str, str] = {}
    given = read_answers(source)
    for question in QUESTIONS:
        if question.asked(answers):
            answers[question.name] = question.read(
                given.get(question.name) or question.default(answers), answers
            )
    taken = iter(Work(Layout(folder, answers)).run())
    (folder).mkdir(mode=0o700)
    for _ in range(steps):
        next(taken)
    taken.close()
    (folder / "setup.toml").write_text(source.read_text())
    done = _run("setup", folder, "--from", source)
    assert done.exit_code == 0, done.output
    assert _size(folder) == 4
    assert len(list(folder.parent.rglob("*.token"))) == 3


def test_a_witness_elsewhere_gets_what_it_needs_and_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "food"
    away = {"witness_2_place": "https://market.test"}
    first = _run("setup", folder, "--from", _answers(tmp_path / "a.toml", **away))
    assert first.exit_code == 3, first.output
    letter = folder / "to-send" / "witness-market"
    assert {path.name for path in letter.iterdir()} == {"about.json", "log-entries.token", "policy"}
    token = (letter / "log-entries.token").read_bytes()
    assert (letter / "log-entries.token").stat().st_mode & 0o077 == 0
    vkey = NoteSigner.generate("market.test/witness", COSIGNATURE_V1).vkey
    wrong = _answers(tmp_path / "b.toml", **away, witness_2_vkey=load_folder(folder).read_log_key().vkey)
    refused = _run("setup", folder, "--from", wrong)
    assert refused.exit_code == 1
    assert "不是见证的公钥" in refused.output
    done = _run("setup", folder, "--from", _answers(tmp_path / "c.toml", **away, witness_2_vkey=vkey))
    assert done.exit_code == 0, done.output
    assert vkey in (folder / "policy" / "policy.txt").read_text()
    assert vkey in (letter / "policy" / "policy.txt").read_text()
    assert (letter / "log-entries.token").read_bytes() == token
    assert [one.name for one in load_folder(folder).witnesses] == ["agri", "market"]


def test_a_registrar_elsewhere_signs_what_is_sent_to_it(tmp_path: Path, databases: Databases) -> None:
    (tmp_path / "door").mkdir()
    with Door(tmp_path / "door", databases.migrated("sqlite")) as door, serving(door.app) as address:
        key = tmp_path / "registrar.pem"
        key.write_bytes(door.registrar.key.to_pem())
        kid = door.registrar.key.kid
        folder = tmp_path / "food"
        made = _run("setup", folder, "--from", _answers(tmp_path / "a.toml", registrar=kid))
        assert made.exit_code == 0, made.output
        assert kid in (folder / "policy" / "registrars").read_text()
        assert _size(folder) == 0
        applied = sorted((folder / "to-send" / "registrar").glob("*.json"))
        assert len(applied) == 2
        seat = ["--key", key, "--iss", door.registrar.iss, "--server", address, "--stream", "counter"]
        seat += ["--token", door.token(door.registrar.iss, "statements:write")]
        seat += ["--clock", door.path / "clock"]
        nothing = _run("register", *seat)
        assert nothing.exit_code == 2
        (tmp_path / "no.json").write_text("{}")
        assert "不是密钥登记申请" in _run("register", tmp_path / "no.json", *seat).output
        firm = Signer(MILL, "processor")
        form = tmp_path / "firm.json"
        form.write_bytes(orjson.dumps(firm.registration()))
        signed = _run("register", form, "--own-name", "bureau", *seat)
        assert signed.exit_code == 0, signed.output
        assert signed.output.count("已登记密钥") == 2
        again = _run("register", form, "--own-name", "bureau", *seat)
        assert "此前已登记" in again.output


def test_a_wrong_file_of_answers_is_named_by_line_or_by_name(tmp_path: Path) -> None:
    source = tmp_path / "a.toml"
    source.write_text('public-url = "https://trace.internal"\noperater = "x"\n')
    told = _run("setup", tmp_path / "p", "--from", source)
    assert told.exit_code == 1
    assert "第 2 行" in told.output
    source.write_text('public-url = "https://trace.internal"\n')
    told = _run("setup", tmp_path / "p", "--from", source)
    assert told.exit_code == 1
    assert "operator" in told.output
    assert "Traceback" not in told.output


def test_what_stands_is_not_set_up_otherwise(tmp_path: Path) -> None:
    assert _run("setup", tmp_path / "p", "--from", _answers(tmp_path / "a.toml")).exit_code == 0
    told = _run(
        "setup", tmp_path / "p", "--from", _answers(tmp_path / "a.toml", origin="trace.internal/other")
    )
    assert told.exit_code == 1
    assert "日志名称" in told.output and "[folder-unfit]" in told.output
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    assert "空目录" in _run("setup", tmp_path / "full", "--from", _answers(tmp_path / "a.toml")).output


def test_service_files_name_what_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "the food"
    assert _run("setup", folder, "--from", _answers(tmp_path / "a.toml", services="systemd")).exit_code == 0
    units = {path.name: path.read_text() for path in (folder / "services").iterdir()}
    assert len(units) == 5
    for name, text in units.items():
        read = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
        read.optionxform = str
        read.read_string(text)
        if name.endswith(".timer"):
            assert read["Timer"]["OnCalendar"]
            continue
        command = read["Service"]["ExecStart"]
        assert f'"{folder}' in command  # a blank in a path is quoted
        assert Path(command.split(" ")[0]).is_file()
        assert read["Service"]["User"] == "greentrace"


def test_the_compose_file_runs_what_was_tried_here(tmp_path: Path) -> None:
    """On the machine's own network: the addresses that setup and doctor tried are those of the containers."""
    folder = tmp_path / "the $food"
    made = _run("setup", folder, "--from", _answers(tmp_path / "a.toml", services="compose"))
    assert made.exit_code == 0, made.output
    services = orjson.loads((folder / "services" / "compose.yaml").read_bytes())["services"]
    assert set(services) == {"platform", "backup", "witness-agri", "witness-market"}
    assert services["platform"]["depends_on"] == ["witness-agri", "witness-market"]
    urls = [one.url for one in load_folder(folder).witnesses]
    ports = [services[f"witness-{name}"]["environment"]["GREENTRACE_PORT"] for name in ("agri", "market")]
    assert urls == [f"http://127.0.0.1:{port}" for port in ports]
    told = services["platform"]["environment"]
    assert told == {"GREENTRACE_PORT": "8000", "GREENTRACE_TRUSTED_PROXIES": "127.0.0.1"}
    watched = tmp_path / "the $food-witness-agri" / "witness.toml"
    assert "http://127.0.0.1:8000/log" in watched.read_text()
    for name, described in services.items():
        assert described["network_mode"] == "host"
        assert described["read_only"] is True
        assert (Path(described["build"]["context"]) / described["build"]["dockerfile"]).is_file()
        for bound in described["volumes"]:
            assert Path(bound["source"].replace("$$", "$")).is_dir()
        assert not described["user"].startswith("0:")
        closed = described["command"][-2:] == ["--address", "127.0.0.1"]
        assert closed or name == "backup", "no port is open to other machines"
    said = made.output
    assert said.index("/compose.yaml build\n") < said.index("/compose.yaml up -d\n")
    assert "exec platform python greentrace doctor --data /data" in said


def test_folders_of_root_go_to_whom_the_services_run_as(tmp_path: Path) -> None:
    root = tmp_path.stat().st_uid == 0
    for kind, owner in (("systemd", "gt-nobody-has"), ("compose", "10001:10001")):
        folder = tmp_path / kind
        made = _run(
            "setup", folder, "--from", _answers(tmp_path / "a.toml", services=kind, user="gt-nobody-has")
        )
        assert made.exit_code == 0, made.output
        given = f"sudo chown -R {owner}{':' if kind == 'systemd' else ''} {folder} {folder}-backups"
        assert (given in made.output) == (root or kind == "systemd")
        assert ("useradd --system" in made.output) == (kind == "systemd")
        found = examine_owner(folder)
        assert (found.code == "owner-not-service") == (root or kind == "systemd"), found
    assert examine_owner(tmp_path / "systemd-witness-agri").code == "owner-one"


def test_a_database_s_password_is_shown_to_nobody(tmp_path: Path) -> None:
    hidden = PrivateKey.generate().kid[:12]
    address = f"postgresql://gt:{hidden}@127.0.0.1:1/food"
    told = _run("setup", tmp_path / "p", "--from", _answers(tmp_path / "a.toml", database=address))
    assert told.exit_code == 1
    assert "没有数据库服务应答" in told.output
    assert hidden not in told.output
    assert not (tmp_path / "p" / "platform.toml").exists()


def test_a_witness_is_made_for_a_policy_and_an_address_that_there_are(tmp_path: Path) -> None:
    assert _run("setup", tmp_path / "p", "--from", _answers(tmp_path / "a.toml")).exit_code == 0
    policy = tmp_path / "p" / "policy"
    named = ["init", tmp_path / "w", "--role", "witness", "--origin", "w.test"]
    for trusted, url in ((tmp_path / "none", "https://trace.internal"), (policy, "trace.internal")):
        told = _run(*named, "--policy", trusted, "--watch", "trace.internal/food", url, "gt_x")
        assert told.exit_code == 1
        assert not (tmp_path / "w").exists()
    made = _run(
        *named, "--policy", policy, "--watch", "trace.internal/food", "https://trace.internal", "gt_x"
    )
    assert made.exit_code == 0, made.output
    assert _run("init", tmp_path / "x", "--role", "food", "--origin", "o", "--profile", "XX").exit_code == 2
