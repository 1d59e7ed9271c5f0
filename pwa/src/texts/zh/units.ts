/* 数量、单位，几处都要说的词。 */
export const units = {
  'unit.minutes': '{minutes} 分钟',
  'unit.lessons': '{hours} 学时',
  'unit.both': '{hours} 学时 ({minutes} 分钟)',
  'unit.month': '{year} 年 {month} 月',
  'unit.today': '今天',

  'sum.logged': '已记',
  'sum.signed': '已签认',
  'sum.credited': '已认可',

  'list.more': '再看一些',
  'list.more_n': '再看 {n} 条',
}
