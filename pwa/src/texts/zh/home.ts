/* 手册。 */
export const home = {
  'home.log': '记学时',
  'home.empty_other': '这位学徒还没有记录。',
  'home.empty': '还没有记录。按下面的“记学时”写下第一条。',
  'home.no_book': '还没有收到学徒手册。连上网络后会自动取来。',
  'home.ring': '已认可学时',
  'home.of_plan': '共 {hours} 学时',
  'home.signers': '{names} 签认',
  'home.which': '手册',
}
