/* 重置登录：两位老师办理，本人看得见，手册里留痕。 */
export const resets = {
  'reset.open': '有人申请重置你的登录',
  'reset.open_who': '{name}于 {at} 提出，理由：{reason}',
  'reset.open_what': '另一位老师确认以后，你在所有手机上的登录和签名密钥都会结束，要用新的激活条重新进来；手册和以前的签认不受影响。没有同步的记录请现在同步。是你自己要求的，就不用操作，等老师给你新的激活条。',
  'reset.not_me': '不是我要求的',
  'reset.not_me_what': '输入你的登录密码，申请马上停止，两位老师都会看到。',
  'reset.password': '登录密码',
  'reset.stop': '停止这次重置',
  'reset.stopped': '已停止，什么都没有变。请告诉老师。',
  'reset.wrong_password': '密码不对，申请还没有停止。请再试，或马上打电话告诉老师。',
  'reset.mine': '登录重置的经过',
  'reset.done': '{at} 由{first}和{second}重置',
  'reset.done_alone': '{at} 由{first}重置',
  'reset.withdrawn': '{at} 老师撤回了申请',
  'reset.objected': '{at} 你说明不是你要求的，已停止',
  'reset.lapsed': '{at} 没有人确认，已过期',
  'reset.reason': '理由：{reason}',

  'reset.book': '{name}的登录由两位老师重置过',
  'reset.book_me': '我的登录由两位老师重置过',
  'reset.book_what': '{at}，{first}和{second}办理。原来的手机从这时起不能再签认，之后的签认来自新登记的手机；以前的签章照样有效，你不用做什么。',
  'reset.book_more': '更早的 {n} 次',
  'reset.teacher': '另一位老师',
<<<<<<< HEAD
  'word.not_open': '现在不能做这一步。什么都没有丢失，请刷新后再看。',
  'word.month_not_over': '这个月还没有过完，不能封存。什么都没有改。',
=======
  'word.factor_needed': '这件事要先输入两步登录的验证码，没有办成。什么都没有丢失，请在管理台登录后再试。',
  'word.wrong_factor': '验证码不对，或已经用过。什么都没有丢失，请等下一个数字再试。',
>>>>>>> 8559255 (desk: a second factor for everybody who sits there)
  'word.prove_again': '这件事要先确认是你本人，没有办成。什么都没有丢失，请输入密码后再试。',
}
