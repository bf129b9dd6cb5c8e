某某县枫桥镇人民政府2024年政府信息公开工作年度报告

一、总体情况
枫桥镇按要求公开政府信息。
二、主动公开政府信息情况
INSERT INTO ndbg VALUES ('规章','0','0','4');
INSERT INTO ndbg VALUES ('行政规范性文件','1','0','7');
INSERT INTO ndbg VALUES ('行政许可','12');
INSERT INTO ndbg VALUES ('行政处罚','5');
INSERT INTO ndbg VALUES ('行政强制','0');
INSERT INTO ndbg VALUES ('行政事业性收费','3.5');
三、收到和处理政府信息公开申请情况
INSERT INTO ndbg VALUES ('一、本年新收政府信息公开申请数量','3','2','0','0','0','0','5');
INSERT INTO ndbg VALUES ('二、上年结转政府信息公开申请数量','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('（一）予以公开','1','0','0','0','0','3');
INSERT INTO ndbg VALUES ('（二）部分公开（区分处理的，只计这一情形，不计其他情形）','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('1.属于国家秘密','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('2.其他法律行政法规禁止公开','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('3.危及“三安全一稳定”','1','0','0','0','0','0','1');
INSERT INTO ndbg VALUES ('4.保护第三方合法权益','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('5.属于三类内部事务信息','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('6.属于四类过程性信息','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('7.属于行政执法案卷','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('8.属于行政查询事项','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('1.本机关不掌握相关政府信息','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('2.没有现成信息需要另行制作','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('3.补正后申请内容仍不明确','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('1.信访举报投诉类申请','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('2.重复申请','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('3.要求提供公开出版物','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('4.无正当理由大量反复申请','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('5.要求行政机关确认或重新出具已获取信息','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请','0','0','0','0','0','0','0');
INSERT INTO ndbg VALUES ('3.其他','0','1','0','0','0','0','1');
INSERT INTO ndbg VALUES ('（七）总计','3','2','0','0','0','0','5');
INSERT INTO ndbg VALUES ('四、结转下年度继续办理','0','0','0','0','0','0','0');
五、存在的主要问题及改进情况
公开内容还不够丰富。
