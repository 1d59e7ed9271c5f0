/* 需处理。 */
export const needs = {
  'need.title': '需处理',
  'need.none': '没有需要处理的记录。',
  'need.open': '{n} 条需处理',
  'need.refused': '未被接受',
  'need.held': '等待前一条',
  'need.quarantined': '由老师核对',
  'need.stuck': '发送失败',
  'need.again': '再试一次',
  'need.aside': '知道了，收起',
  'need.carried': '代人带送',
}
