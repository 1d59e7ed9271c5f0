/* 今日。 */
export const today = {
  'today.date': '{month}月{day}日 {weekday}',
  'today.lines': '今天的记录',
  'today.none': '今天还没有记录。',
  'today.again': '再记一条',
  'today.returned': '{n} 条被退回，改好再交',
  'weekday.0': '周一',
  'weekday.1': '周二',
  'weekday.2': '周三',
  'weekday.3': '周四',
  'weekday.4': '周五',
  'weekday.5': '周六',
  'weekday.6': '周日',
}
