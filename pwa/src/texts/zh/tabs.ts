/* 底部标签。 */
export const tabs = {
  'tab.label': '主导航',
  'tab.today': '今日',
  'tab.book': '手册',
  'tab.results': '赛绩',
  'tab.me': '我',
  'tab.sign': '待签',
  'tab.apprentices': '徒弟',
  'tab.bell': '通知',
  'tab.bell_n': '通知，{n} 条未读',
  'tab.kiosk': '签到屏',
  'tab.scan': '扫一扫',
}
