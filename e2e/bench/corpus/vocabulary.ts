type Words = readonly [string, ...string[]];

function words(text: string): Words {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  return [first, ...rest];
}

/** Short lines that everybody types, most frequent first. */
export const STOCK_LINES = words(`
  哈哈哈 666 来了 ？？？ 好听 加油 厉害 笑死了 晚上好 主播你好 太快了 没看清 真不错 可以的 稳住 冲 再来一次 完了 赢了 输了 好可惜
  为什么 怎么回事 卡了 声音好小 听不见 画面好糊 我不卡 刷新一下 第一次来 关注了 打卡 第三天打卡 下班了 在吃饭 作业没写完 睡了睡了 明天见
  几点结束 求歌单 这首叫什么 好好听 好看 可爱 漂亮 帅 谢谢 感谢老板 老板大方 欢迎 新来的 问个问题 有人吗 我来晚了 讲到哪了 重播有吗
  hello GG nice lol 233 888 8888 111 ok yes wow nb 神了 离谱 不至于 慢慢来 别急 放心 没事 对不起 原来如此 学会了 记下了
`);

/** What a whole room repeats for some seconds. */
export const WAVE_LINES = words(`
  哈哈哈哈哈哈哈 生日快乐 恭喜恭喜 66666666 ？？？？？？ 加油加油加油 全部起立 欢迎回来 冲冲冲冲 好听好听 赢了赢了赢了 可惜可惜 开始了开始了 鼓掌鼓掌
`);

export const OPENERS = words(
  '我觉得 感觉 有没有人 听说 建议 希望 其实 刚才 今天 昨天 每次 如果 难道 怪不得 说实话 求求了',
);
export const SUBJECTS = words(
  '主播 对面 队友 这首歌 这个地图 新角色 我朋友 我室友 老板 裁判 弹幕 这一关 那只猫 摄影师 后期 服务器 这把剑 左边那位 蓝队 红队 剧情 音效',
);
export const MANNERS = words(
  '真的 居然 终于 又 一直 突然 好像 肯定 大概 根本 差点 已经 还没 从来不 马上 可能 应该 完全',
);
export const PREDICATES = words(`
  太强了 没反应过来 掉线了 要赢了 看不懂 打得不错 很难受 忘了开声音 换装备了 好看多了 在偷懒 起飞了 亏了 赚到了 走错路了 笑得停不下来 需要休息
  比上次好 值得再看 有点紧张 该吃饭了 准备好了 没带钥匙 唱高了半个调 藏在草里 被发现了 捡到宝了
`);
export const ENDINGS = words('啊 吧 了 吗 呢 呀 哦 ！ ？ 。 … ！！ ~ 哈哈 hh');

export const NAME_HEADS = words(
  '小 大 老 阿 星 月 云 雪 夏 秋 夜 青 白 黑 糖 鱼 猫 熊 鹿 橘 茶 路过的 爱笑的 早睡的 不睡的 一只 半个 无名 会飞的 安静的',
);
export const NAME_TAILS = words(
  '橙子 可乐 馒头 面条 月亮 星星 石头 木头 松鼠 海鸥 企鹅 鲸鱼 山风 河流 旅人 学徒 木匠 船长 画家 司机 同学 先生 小姐 布丁 饼干 土豆 南瓜 豆腐',
);
export const LATIN_NAMES = words(
  'Leo Mia Nova Kai Luna Rex Finn Ivy Otto Nils Emil Juno Odin Vega Lyra Rune Hugo Ada Milo Theo',
);

export const EMOTES = words('笑哭 点赞 比心 鼓掌 疑问 震惊 大哭 加油 吃瓜 再见 害羞 无语');
export const MEDAL_NAMES = words('星河 萤火 晨风 小岛 山海 橘灯 鲸落 白塔 青鸟 夜航');
export const GIFTS = words('小花 气球 荧光棒 咖啡 星光 焰火 航船 城堡');
