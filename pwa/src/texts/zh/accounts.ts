/* 这台手机上的账号。 */
export const accounts = {
  'accounts.title': '切换账号',
  'accounts.intro': '几个人共用一台手机时，各人的手册互相看不到。切换不用网络，输入自己的 PIN 码就行。',
  'accounts.none': '这台手机上还没有账号。',
  'accounts.here': '正在使用',
  'accounts.by_pin': '输 PIN 码打开',
  'accounts.by_password': '用密码登录',
  'accounts.waits': '还有 {n} 条待同步',
  'accounts.no_pin': '你还没有 PIN 码。切换走以后，要联网用密码登录才能回来。建议先设 PIN 码。',
  'accounts.pin': '请输入 {name} 的 PIN 码',
  'accounts.open': '打开',
  'accounts.add': '添加账号',
  'accounts.room': '一台手机最多 {n} 个账号。',
  'accounts.full': '一台手机最多 {n} 个账号，已经满了。要添加，请先让不用的人打开自己的账号，在“我”里移除。',
  'accounts.add_slip': '用激活单激活',
  'accounts.add_login': '登录已有账号',
  'accounts.all': '这台手机上的账号（{n}）',
}
