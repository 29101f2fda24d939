"""Findings in Chinese, for those who edit flows on the pages. What has no words here is told in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from callcenter.ivr.language.finding import Finding

HEADS = (
    (re.compile(r"step ('[^']*')(?: \((\w+)\))?: (.*)", re.DOTALL), "步骤 {0}"),
    (re.compile(r"menu ('[^']*')(?: \((\w+)\))?: (.*)", re.DOTALL), "菜单 {0}"),
)
MEANT = re.compile(r"(.*); did you mean ('[^']*')\?", re.DOTALL)
THERE_ARE = re.compile(
    r"(.*); the (steps|queues|prompts|actions|inputs|results|keys|flows in use|flows|agents|seats|known ones) are (.*)", re.DOTALL
)
KNOWN = re.compile(r"(.*); known are (.*)", re.DOTALL)

WHAT = {
    "steps": "步骤",
    "queues": "队列",
    "prompts": "提示音",
    "actions": "动作",
    "inputs": "输入",
    "results": "结果",
    "keys": "按键",
    "flows": "流程",
    "flows in use": "在用流程",
    "agents": "坐席",
    "seats": "分机",
    "known ones": "",
}

NOUNS = {
    "a prompt": "提示音",
    "a title": "标题",
    "a title ({zh: 主菜单, en: Main menu})": "中英文标题（{zh: 主菜单, en: Main menu}）",
    "a walk": "走查",
    "a file of walks": "走查脚本",
}
"""What a key is missing in, or does not belong to."""

PHRASES = (
    ("there is no step {}", "没有步骤 {}"),
    ("there is no queue {}", "没有队列 {}"),
    ("there is no prompt {}", "没有名为 {} 的提示音"),
    ("there is no action {}", "没有动作 {}"),
    ("there is no flow {}", "没有流程 {}"),
    ("no way leads to step {}", "没有任何路径通向步骤 {}"),
    ("a caller who presses nothing goes round and round: {}", "不按键的来电者会一直循环：{}"),
    ("when it is closed or nobody is on duty, no way leads to a message or a callback", "非工作时间或无人值班时，没有通向留言或回拨的路径"),
    (
        "hotline {} names the flow {}, which is not in use: its callers go straight to the queue {}",
        "热线 {0} 指定的流程 {1} 未启用：来电者直接转入队列 {2}",
    ),
    (
        "several customers may have his number: expected 'which' (he is asked for whom he calls) or 'several' (a step)",
        "一个号码可能对应多个客户：应写 'which'（询问来电者是哪一户）或 'several'（步骤）",
    ),
    (
        "what he keyed in is one customer's at most: 'which' belongs to a lookup by number",
        "按键输入的号码至多对应一个客户：'which' 只用于按来电号码查询",
    ),
    (
        "who speaks but presses nothing is taken for silent, too: expected 'silent: {}', and a person 'otherwise'",
        "说话但不按键的来电者也会被当作无声电话：应写 'silent: {}'，并让 'otherwise' 转人工",
    ),
    ("a flow with a menu needs 'person': the queue step that key 0 leads to", "有菜单的流程须设置 'person'，即按 0 转到的队列步骤"),
    ("'person' names {}: expected a queue step", "'person' 指向 {}，应为队列步骤"),
    ("{} is not filled yet on the way {}", "按路径 {1} 走到这里时，{0} 尚未取得"),
    ("nothing fills {}", "没有步骤会取得 {}"),
    ("{} is the caller's own; choose another slot", "{} 是来电者自带的，请换一个名称"),
    ("the prompt ({}) names key {}, which chooses nothing", "提示音（{0}）提到按键 {1}，但该按键没有对应选项"),
    ("the prompt ({}) does not name key {}, which chooses {}", "提示音（{0}）没有提到按键 {1}，它通向 {2}"),
    ("the prompt {} has no {}, which this flow speaks; it has {}", "提示音 {0} 缺少本流程使用的语言 {1}，现有：{2}"),
    (
        "the prompt {} has slots: its recorded sound is not played, its text is spoken",
        "提示音 {} 含有变量：不播放录音，改为合成朗读文字",
    ),
    ("a flow needs {}", "流程缺少 {}"),
    ("a flow has no {}; expected {}", "流程没有 {0} 这一项；可用的有：{1}"),
    ("step {} needs 'do': one of {}", "步骤 {0} 缺少 'do'，应为以下之一：{1}"),
    ("step {} ({}) needs {}", "步骤 {0}（{1}）缺少 {2}"),
    ("{} has no {}; expected {}; a text with a comma in it stands in quotes", "{0} 没有 {1} 这一项；可用的有：{2}；含逗号的文字请加引号"),
    ("step {} ({}) has no {}; expected {}", "步骤 {0}（{1}）没有 {2} 这一项；可用的有：{3}"),
    ("{} needs {}", "{} 缺少 {}"),
    ("{} has no {}; expected {}", "{0} 没有 {1} 这一项；可用的有：{2}"),
    ("{} stands here twice; first on line {}", "{0} 重复，首次出现在第 {1} 行"),
    ("a language stands here twice", "语言重复"),
    ("expected the name {}, got {}: a flow keeps its name", "流程名称应为 {0}，现为 {1}：名称不可更改"),
    ("expected a whole number from {} to {}, got {}", "应为 {0} 到 {1} 的整数，现为 {2}"),
    ("expected at most {} characters to be spoken at once, got {}", "一次朗读最多 {0} 个字符，现为 {1} 个"),
    ("expected words that can be spoken, got {}", "应为可以朗读的文字，现为 {}"),
    ("expected 1 to {} steps, got {}", "应有 1 到 {0} 个步骤，现为 {1} 个"),
    ("expected at least one key", "至少需要一个按键"),
    ("expected a key 1 to 9 or '*', got {}", "按键应为 1 到 9 或 '*'，现为 {}"),
    ("key 0 leads to a person from every menu: set the flow's 'person' instead", "任何菜单按 0 都转人工：请设置流程的 'person'"),
    ("expected a file of at most {} KiB", "文件最大 {} KiB"),
    ("expected at most {} words in a file", "一个文件最多 {} 个词"),
    ("… and more: the first {} are told; check again when they are mended", "……还有更多：只列出前 {} 条，改正后请再次检查"),
    ("expected one document, here begins another", "只能有一个文档，这里又开始了一个"),
    ("anchors and aliases are not used here: write it out", "不支持锚点和引用，请直接写出内容"),
    ("tags (words that begin with !) are not used here", "不支持标签（以 ! 开头的词）"),
    ("nested too deeply", "嵌套过深"),
    ("the file is empty", "文件为空"),
    ("not UTF-8", "不是 UTF-8 编码"),
    ("not YAML: {}", "YAML 语法错误：{}"),
    ("action {} needs {} under 'with'", "动作 {0} 需要在 'with' 下给出 {1}"),
    ("action {} has no input {}", "动作 {0} 没有输入项 {1}"),
    ("action {} has no result {}", "动作 {0} 没有结果 {1}"),
    ("action {} may answer {}, which has no way under 'results'", "动作 {0} 可能返回 {1}，但 'results' 下没有对应的去向"),
    ("the times overlap on {}", "时段在 {} 重叠"),
    ("a hole: closed from {} to {}; a time that ends at midnight is written 24:00", "时段有空隙：{0} 到 {1} 不营业；到午夜结束请写 24:00"),
    ("a hole: closed from {} to {}, so too on {}", "时段有空隙：{0} 到 {1} 不营业，{2} 也是"),
    ("a hole: closed from {} to {}", "时段有空隙：{0} 到 {1} 不营业"),
    ("expected just one of 'agent', 'seat' and 'number'", "'agent'、'seat'、'number' 须填且只填一项"),
    ("expected to owe {}, got {}", "应产生回拨 {0}，实际为 {1}"),
    ("the walks are through the flow {}; this flow is {}", "走查脚本对应流程 {0}，而本流程是 {1}"),
    ("expected the path {}, walked {}", "应走 {0}，实际走了 {1}"),
    ("expected to hear {} (in this order), heard {}", "应依次听到 {0}，实际听到 {1}"),
    ("expected the outcome {}, got {}", "结果应为 {0}，实际为 {1}"),
    ("the walk ended before {}", "走查在 {} 之前就结束了"),
    ("at {} the script says nothing more", "走到 {} 时脚本没有后续操作"),
    ("{} cannot be done at {}", "在 {1} 不能进行 {0}"),
    ("expected one of {}, got {}", "应为以下之一：{0}；现为 {1}"),
    ("expected {}, got {}", "应为 {0}，现为 {1}"),
)


def _compiled(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in english.split("{}")), re.DOTALL)


_PHRASES = tuple((_compiled(english), chinese) for english, chinese in PHRASES)


def for_reader(findings: Iterable[Finding], locale: str) -> tuple[Finding, ...]:
    """The findings in the language of whoever reads them."""
    if not locale.startswith("zh"):
        return tuple(findings)
    return tuple(replace(one, what=in_chinese(one.what)) for one in findings)


def in_chinese(what: str) -> str:
    """What a finding says, in Chinese as far as there are words for it."""
    for pattern, head in HEADS:
        if (found := pattern.fullmatch(what)) is not None:
            return f"{head.format(found[1])}：{in_chinese(found[3])}"
    if (found := MEANT.fullmatch(what)) is not None:
        return f"{in_chinese(found[1])}；是否想写 {found[2]}？"
    if (found := THERE_ARE.fullmatch(what)) is not None:
        have = "没有任何" if found[3] == "none" else "现有"
        return f"{in_chinese(found[1])}；{have}{WHAT[found[2]]}{'' if found[3] == 'none' else f'：{found[3]}'}"
    if (found := KNOWN.fullmatch(what)) is not None:
        return f"{in_chinese(found[1])}；可用的有：{found[2]}"
    for pattern, chinese in _PHRASES:
        if (found := pattern.fullmatch(what)) is not None:
            return chinese.format(*(NOUNS.get(group, group) for group in found.groups()))
    head, colon, rest = what.partition(": ")
    said = in_chinese(rest) if colon else rest
    return what if said == rest else f"{head}：{said}"
