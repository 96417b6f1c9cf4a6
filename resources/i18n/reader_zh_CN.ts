<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Moving</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>阅读</translation>
    </message>
    <message>
        <source>Keeping</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Next article</source>
        <translation>下一篇</translation>
    </message>
    <message>
        <source>Previous article</source>
        <translation>上一篇</translation>
    </message>
    <message>
        <source>Next unread article</source>
        <translation>下一篇未读</translation>
    </message>
    <message>
        <source>Page down, at the end the next unread article</source>
        <translation>向下翻页，到底则转到下一篇未读</translation>
    </message>
    <message>
        <source>Page up</source>
        <translation>向上翻页</translation>
    </message>
    <message>
        <source>Next source</source>
        <translation>下一个来源</translation>
    </message>
    <message>
        <source>Previous source</source>
        <translation>上一个来源</translation>
    </message>
    <message>
        <source>Open the article</source>
        <translation>打开文章</translation>
    </message>
    <message>
        <source>Back to the article before</source>
        <translation>回到上一篇</translation>
    </message>
    <message>
        <source>Forward again</source>
        <translation>再次前进</translation>
    </message>
    <message>
        <source>To the pane on the left</source>
        <translation>到左边的窗格</translation>
    </message>
    <message>
        <source>To the pane on the right</source>
        <translation>到右边的窗格</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>标为已读或未读</translation>
    </message>
    <message>
        <source>Mark the list as read</source>
        <translation>将列表全部标为已读</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Remove the article</source>
        <translation>移除这篇文章</translation>
    </message>
    <message>
        <source>Find in the article</source>
        <translation>在文章中查找</translation>
    </message>
    <message>
        <source>Cleaned, original words, source</source>
        <translation>切换净化版、原文、源码</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation>默认字号</translation>
    </message>
    <message>
        <source>Nothing but the article</source>
        <translation>只看文章</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>另存为 PDF…</translation>
    </message>
    <message>
        <source>See the picture in view large</source>
        <translation>放大查看眼前的图片</translation>
    </message>
    <message>
        <source>Load the pictures of this article</source>
        <translation>加载本文的图片</translation>
    </message>
    <message>
        <source>Picture doctor</source>
        <translation>图片诊断</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>加书签</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未读</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>继续阅读</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>全部文章</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Unread only</source>
        <translation>只看未读</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>从旧到新</translation>
    </message>
    <message>
        <source>Add a feed…</source>
        <translation>添加订阅…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Import OPML…</source>
        <translation>导入 OPML…</translation>
    </message>
    <message>
        <source>Export OPML…</source>
        <translation>导出 OPML…</translation>
    </message>
    <message>
        <source>Feeds’ health</source>
        <translation>订阅的健康状况</translation>
    </message>
    <message>
        <source>Pictures…</source>
        <translation>图片…</translation>
    </message>
    <message>
        <source>Properties of the source</source>
        <translation>来源的属性</translation>
    </message>
    <message>
        <source>Refresh all sources</source>
        <translation>刷新全部来源</translation>
    </message>
    <message>
        <source>Stop refreshing</source>
        <translation>停止刷新</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>列表密度</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>宽松</translation>
    </message>
    <message>
        <source>Cosy</source>
        <translation>适中</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>紧凑</translation>
    </message>
    <message>
        <source>About Inkstone</source>
        <translation>关于 Inkstone</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>标为已读</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Open its site</source>
        <translation>打开网站</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Dissolve, and keep its sources</source>
        <translation>解散文件夹，保留其中的来源</translation>
    </message>
    <message>
        <source>Remove its {count} sources</source>
        <translation>移除其中的 {count} 个来源</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>移到</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Out of all folders</source>
        <translation>移出所有文件夹</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>标为未读</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>取消书签</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy as a quotation</source>
        <translation>作为引文复制</translation>
    </message>
    <message>
        <source>Search for it</source>
        <translation>搜索这段文字</translation>
    </message>
    <message>
        <source>Open the link in the browser</source>
        <translation>在浏览器中打开链接</translation>
    </message>
    <message>
        <source>Copy the link’s address</source>
        <translation>复制链接地址</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Sepia</source>
        <translation>米黄</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>高对比度（浅色）</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>高对比度（深色）</translation>
    </message>
    <message>
        <source>No articles</source>
        <translation>没有文章</translation>
    </message>
    <message>
        <source>1 article</source>
        <translation>1 篇文章</translation>
    </message>
    <message>
        <source>{count} articles</source>
        <translation>{count} 篇文章</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>约 {minutes} 分钟</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>If it wants a login, write it before the host: https://name:password@host/.</source>
        <translation>如果需要登录，请写在主机名之前：https://name:password@host/。</translation>
    </message>
    <message>
        <source>Look for a slip in the address, or give the site’s front page.</source>
        <translation>请检查地址有无笔误，或改填网站首页。</translation>
    </message>
    <message>
        <source>That is the server’s trouble; try again later.</source>
        <translation>这是服务器的问题，请稍后再试。</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>请稍后再试。</translation>
    </message>
    <message>
        <source>Look for a slip in the address, and whether you are online.</source>
        <translation>请检查地址有无笔误，以及是否已联网。</translation>
    </message>
    <message>
        <source>Give the address of the feed itself, or the site’s front page.</source>
        <translation>请填写订阅源本身的地址，或网站首页。</translation>
    </message>
    <message>
        <source>Opened files</source>
        <translation>打开过的文件</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>留存</translation>
    </message>
    <message>
        <source>{source}, also in {others}</source>
        <translation>{source}，另见于 {others}</translation>
    </message>
    <message>
        <source>script</source>
        <translation>脚本</translation>
    </message>
    <message>
        <source>style sheet</source>
        <translation>样式表</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>form</source>
        <translation>表单</translation>
    </message>
    <message>
        <source>plug-in object</source>
        <translation>插件对象</translation>
    </message>
    <message>
        <source>event handler</source>
        <translation>事件处理程序</translation>
    </message>
    <message>
        <source>tracking pixel</source>
        <translation>跟踪像素</translation>
    </message>
    <message>
        <source>tracking parameter</source>
        <translation>跟踪参数</translation>
    </message>
    <message>
        <source>script in a link</source>
        <translation>链接中的脚本</translation>
    </message>
    <message>
        <source>link that cannot be followed</source>
        <translation>无法打开的链接</translation>
    </message>
    <message>
        <source>picture address that cannot be used</source>
        <translation>无法使用的图片地址</translation>
    </message>
    <message>
        <source>placeholder picture</source>
        <translation>占位图片</translation>
    </message>
    <message>
        <source>comment</source>
        <translation>注释</translation>
    </message>
    <message>
        <source>page instruction</source>
        <translation>页面指令</translation>
    </message>
    <message>
        <source>external resource</source>
        <translation>外部资源</translation>
    </message>
    <message>
        <source>drawing</source>
        <translation>矢量图</translation>
    </message>
    <message>
        <source>formula markup</source>
        <translation>公式标记</translation>
    </message>
    <message>
        <source>too deep nesting</source>
        <translation>过深的嵌套</translation>
    </message>
    <message>
        <source>unreadable part</source>
        <translation>无法读取的部分</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 thing removed: {kinds}</source>
        <translation>已移除 1 处：{kinds}</translation>
    </message>
    <message>
        <source>{count} things removed: {kinds}</source>
        <translation>已移除 {count} 处：{kinds}</translation>
    </message>
    <message>
        <source>{kind}: {count}</source>
        <translation>{kind}：{count}</translation>
    </message>
    <message>
        <source>The picture’s server cannot be reached</source>
        <translation>连接不上图片服务器</translation>
    </message>
    <message>
        <source>The picture’s server refused it</source>
        <translation>图片服务器拒绝了请求</translation>
    </message>
    <message>
        <source>The picture is no longer there</source>
        <translation>图片已不存在</translation>
    </message>
    <message>
        <source>The picture’s server took too long</source>
        <translation>图片服务器响应太慢</translation>
    </message>
    <message>
        <source>The picture is too large</source>
        <translation>图片太大</translation>
    </message>
    <message>
        <source>What the server sent is not a picture</source>
        <translation>服务器发来的不是图片</translation>
    </message>
    <message>
        <source>The picture would unpack to an unreasonable size</source>
        <translation>图片解开后大得离谱</translation>
    </message>
    <message>
        <source>The picture’s address may not be contacted</source>
        <translation>不允许连接这个图片地址</translation>
    </message>
    <message>
        <source>Waiting for the network</source>
        <translation>等待网络</translation>
    </message>
    <message>
        <source>The article is complete; only this picture is missing.</source>
        <translation>文章完整，只缺这张图。</translation>
    </message>
    <message>
        <source>It answered {status}, without and with a referrer.</source>
        <translation>带不带来源网址，它都回应 {status}。</translation>
    </message>
    <message>
        <source>This picture was not stored before you went offline.</source>
        <translation>离线前没有存下这张图。</translation>
    </message>
    <message>
        <source>The server answered {status}.</source>
        <translation>服务器回应 {status}。</translation>
    </message>
    <message>
        <source>The picture cannot be shown</source>
        <translation>图片无法显示</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} 字节</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>Picture not loaded</source>
        <translation>图片未加载</translation>
    </message>
    <message>
        <source>Load picture</source>
        <translation>加载图片</translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation>{first}{second}</translation>
    </message>
    <message>
        <source>Failing for {span}</source>
        <translation>已失败 {span}</translation>
    </message>
    <message>
        <source>Silent for {span}</source>
        <translation>已 {span}没有新文章</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>等到 {time}</translation>
    </message>
    <message>
        <source>Gone for good</source>
        <translation>已永久消失</translation>
    </message>
    <message>
        <source>Failing</source>
        <translation>出错</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>没有新文章</translation>
    </message>
    <message>
        <source>Not refreshed yet</source>
        <translation>尚未刷新</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>One every {span}</source>
        <translation>每 {span}一篇</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>{count} times in a row.</source>
        <translation>已连续 {count} 次。</translation>
    </message>
    <message>
        <source>Only when you ask</source>
        <translation>仅在你要求时</translation>
    </message>
    <message>
        <source>With the next refresh</source>
        <translation>下次刷新时</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation>1 分钟</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>{count} hours</source>
        <translation>{count} 小时</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation>{count} 天</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>另存为 PDF</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Held on this computer</source>
        <translation>已存在本机</translation>
    </message>
    <message>
        <source>A part of the article or of its folder</source>
        <translation>文章或其文件夹的一部分</translation>
    </message>
    <message>
        <source>Not asked for yet</source>
        <translation>尚未请求</translation>
    </message>
    <message>
        <source>The picture came</source>
        <translation>图片已取得</translation>
    </message>
    <message>
        <source>A part of the picture came</source>
        <translation>只取得图片的一部分</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有回应</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Took too long</source>
        <translation>耗时太久</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>Not a picture</source>
        <translation>不是图片</translation>
    </message>
    <message>
        <source>Would unpack to an unreasonable size</source>
        <translation>解开后大得离谱</translation>
    </message>
    <message>
        <source>An address that may not be contacted</source>
        <translation>不允许访问的地址</translation>
    </message>
    <message>
        <source>Referrer: {address}</source>
        <translation>来源页（Referer）：{address}</translation>
    </message>
    <message>
        <source>No referrer</source>
        <translation>不带来源页（Referer）</translation>
    </message>
    <message>
        <source>kept with the bookmark</source>
        <translation>随书签保留</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>no referrer works</source>
        <translation>不带来源页可行</translation>
    </message>
    <message>
        <source>the referrer of the table works</source>
        <translation>用内置表中的来源页可行</translation>
    </message>
    <message>
        <source>the picture’s own site as referrer works</source>
        <translation>以图片所在网站为来源页可行</translation>
    </message>
    <message>
        <source>the article’s address as referrer works</source>
        <translation>以文章地址为来源页可行</translation>
    </message>
    <message>
        <source>by the other scheme</source>
        <translation>换用另一种协议</translation>
    </message>
    <message>
        <source>through your picture proxy</source>
        <translation>经由你的图片代理</translation>
    </message>
    <message>
        <source>at another address of it</source>
        <translation>用它的另一个地址</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已将 1 篇标为已读</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已将 {count} 篇标为已读</translation>
    </message>
    <message>
        <source>1 article marked as unread</source>
        <translation>已将 1 篇标为未读</translation>
    </message>
    <message>
        <source>{count} articles marked as unread</source>
        <translation>已将 {count} 篇标为未读</translation>
    </message>
    <message>
        <source>Bookmark removed: “{title}”</source>
        <translation>已移除书签：“{title}”</translation>
    </message>
    <message>
        <source>“{title}” removed with 1 article</source>
        <translation>已移除“{title}”及其 1 篇文章</translation>
    </message>
    <message>
        <source>“{title}” removed with {count} articles</source>
        <translation>已移除“{title}”及其 {count} 篇文章</translation>
    </message>
    <message>
        <source>1 old article removed by itself</source>
        <translation>自动移除了 1 篇旧文章</translation>
    </message>
    <message>
        <source>{count} old articles removed by themselves</source>
        <translation>自动移除了 {count} 篇旧文章</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：“{title}”</translation>
    </message>
    <message>
        <source>{count} articles removed</source>
        <translation>已移除 {count} 篇文章</translation>
    </message>
</context>
<context>
    <name>AddFeed</name>
    <message>
        <source>Add a feed</source>
        <translation>添加订阅</translation>
    </message>
    <message>
        <source>https://example.org or its feed</source>
        <translation>https://example.org 或其订阅地址</translation>
    </message>
    <message>
        <source>Address of a site or a feed</source>
        <translation>网站或订阅的地址</translation>
    </message>
    <message>
        <source>Folder in the sidebar (optional)</source>
        <translation>放入边栏文件夹（可选）</translation>
    </message>
    <message>
        <source>Folder in the sidebar</source>
        <translation>边栏文件夹</translation>
    </message>
    <message>
        <source>Inkstone reads this address and nothing else.</source>
        <translation>Inkstone 只读取这个地址。</translation>
    </message>
    <message>
        <source>Feeds that were found</source>
        <translation>找到的订阅源</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Accept this certificate</source>
        <translation>接受这张证书</translation>
    </message>
    <message>
        <source>Asking {address}…</source>
        <translation>正在询问 {address}…</translation>
    </message>
    <message>
        <source>Asking {address}… ({done} of {total})</source>
        <translation>正在询问 {address}…（{done}/{total}）</translation>
    </message>
    <message>
        <source>You follow “{title}” already.</source>
        <translation>你已经订阅了“{title}”。</translation>
    </message>
    <message>
        <source>This address leads to {count} feeds. Which do you want?</source>
        <translation>这个地址有 {count} 个订阅源，要哪些？</translation>
    </message>
    <message>
        <source>newest {date}</source>
        <translation>最新 {date}</translation>
    </message>
    <message>
        <source>followed already</source>
        <translation>已订阅</translation>
    </message>
    <message>
        <source>Add {count} feeds</source>
        <translation>添加 {count} 个订阅</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>ArticleModel</name>
    <message>
        <source>Loading</source>
        <translation>正在载入</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>未读</translation>
    </message>
    <message>
        <source>bookmarked</source>
        <translation>已加书签</translation>
    </message>
</context>
<context>
    <name>ArticlePane</name>
    <message>
        <source>Text and theme</source>
        <translation>文字与主题</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>标为已读或未读</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>加书签</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>取消书签</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>标为未读</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>标为已读</translation>
    </message>
</context>
<context>
    <name>ArticleView</name>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in the article</source>
        <translation>在文章中查找</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} / {all}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无结果</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>What would you like to read?</source>
        <translation>想读点什么？</translation>
    </message>
    <message>
        <source>Inkstone reads what you keep and what you follow, in one quiet list.</source>
        <translation>你收藏的，你关注的，都在一份清静的列表里。</translation>
    </message>
    <message>
        <source>Add a feed</source>
        <translation>添加订阅</translation>
    </message>
    <message>
        <source>Paste the address of a site, a feed or an RSSHub route</source>
        <translation>粘贴网站、订阅或 RSSHub 地址</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Markdown and HTML files, where they are</source>
        <translation>Markdown 与 HTML，留在原处</translation>
    </message>
    <message>
        <source>Import OPML</source>
        <translation>导入 OPML</translation>
    </message>
    <message>
        <source>Your list from another reader, with its folders</source>
        <translation>从别的阅读器带来订阅与文件夹</translation>
    </message>
    <message>
        <source>Or look around first:</source>
        <translation>或者先随便看看：</translation>
    </message>
    <message>
        <source>open the sample library</source>
        <translation>打开示例文库</translation>
    </message>
    <message>
        <source>You can also drop a link, a folder or an OPML file anywhere in this window.</source>
        <translation>也可以把链接、文件夹或 OPML 文件拖到窗口里。</translation>
    </message>
    <message>
        <source>No account. No telemetry. Inkstone contacts only the sources that you add and the servers of the pictures in their articles.</source>
        <translation>无账号，无遥测。Inkstone 只联系你添加的来源，以及文章图片所在的服务器。</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>不放入文件夹</translation>
    </message>
</context>
<context>
    <name>HealthModel</name>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近的错误</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>最近一次成功</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>下次尝试</translation>
    </message>
</context>
<context>
    <name>HealthView</name>
    <message>
        <source>Feeds’ health</source>
        <translation>订阅的健康状况</translation>
    </message>
    <message>
        <source>Refresh now</source>
        <translation>立即刷新</translation>
    </message>
    <message>
        <source>Open its site</source>
        <translation>打开它的网站</translation>
    </message>
    <message>
        <source>Change the address…</source>
        <translation>更改地址…</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{count} gone for good</source>
        <translation>{count} 个已永久消失</translation>
    </message>
    <message>
        <source>{count} failing for 7 days and more</source>
        <translation>{count} 个出错达 7 天以上</translation>
    </message>
    <message>
        <source>{count} failing</source>
        <translation>{count} 个出错</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} 个等待中</translation>
    </message>
    <message>
        <source>{count} silent for 90 days and more</source>
        <translation>{count} 个 90 天以上没有新文章</translation>
    </message>
    <message>
        <source>{count} fine</source>
        <translation>{count} 个正常</translation>
    </message>
</context>
<context>
    <name>HistoryList</name>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>撤销：{what}</translation>
    </message>
</context>
<context>
    <name>ImportList</name>
    <message>
        <source>Import OPML</source>
        <translation>导入 OPML</translation>
    </message>
    <message>
        <source>Reading the list…</source>
        <translation>正在读取列表…</translation>
    </message>
    <message>
        <source>Feeds of the list</source>
        <translation>列表中的订阅源</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>None</source>
        <translation>全不选</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>followed already</source>
        <translation>已订阅</translation>
    </message>
    <message>
        <source>{host}, on your own network</source>
        <translation>{host}，在你自己的网络中</translation>
    </message>
    <message>
        <source>There is no feed in this list.</source>
        <translation>这份列表里没有订阅源。</translation>
    </message>
    <message>
        <source>You follow all {count} feeds of this list already.</source>
        <translation>列表中的 {count} 个订阅源你都已订阅。</translation>
    </message>
    <message>
        <source>{count} feeds, all of them new.</source>
        <translation>{count} 个订阅源，全是新的。</translation>
    </message>
    <message>
        <source>{new} new feeds; {known} are followed already and stay as they are.</source>
        <translation>{new} 个新订阅源；{known} 个已订阅，保持不变。</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 条警告</translation>
    </message>
    <message>
        <source>{count} warnings</source>
        <translation>{count} 条警告</translation>
    </message>
    <message>
        <source>Import 1 feed</source>
        <translation>导入 1 个订阅源</translation>
    </message>
    <message>
        <source>Import {count} feeds</source>
        <translation>导入 {count} 个订阅源</translation>
    </message>
    <message>
        <source>Adding {count} feeds…</source>
        <translation>正在添加 {count} 个订阅源…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>Back to the sources</source>
        <translation>返回来源</translation>
    </message>
</context>
<context>
    <name>Listing</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未读</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>继续阅读</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>全部文章</translation>
    </message>
    <message>
        <source>Not understood</source>
        <translation>无法理解</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>No article contains these words.</source>
        <translation>没有文章包含这些词。</translation>
    </message>
    <message>
        <source>This source has not been read yet.</source>
        <translation>这个来源还没有读取过。</translation>
    </message>
    <message>
        <source>This source holds no articles yet.</source>
        <translation>这个来源还没有文章。</translation>
    </message>
    <message>
        <source>No articles</source>
        <translation>没有文章</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Press S in an article, and it stays here, whatever happens to its source.</source>
        <translation>阅读时按 S 即可留下，来源消失也不怕。</translation>
    </message>
    <message>
        <source>Nothing bookmarked yet</source>
        <translation>还没有书签</translation>
    </message>
    <message>
        <source>An article that you leave half read waits here, at the place where you left it.</source>
        <translation>读到一半的文章会在这里，停在上次的位置。</translation>
    </message>
    <message>
        <source>Nothing half read</source>
        <translation>没有读到一半的文章</translation>
    </message>
    <message>
        <source>Nothing new today</source>
        <translation>今天没有新文章</translation>
    </message>
    <message>
        <source>No article is dated today.</source>
        <translation>没有日期为今天的文章。</translation>
    </message>
    <message>
        <source>Your sources hold no articles yet.</source>
        <translation>你的来源里还没有文章。</translation>
    </message>
    <message>
        <source>Everything in {list} has been read. New articles arrive with the next refresh.</source>
        <translation>“{list}”已经读完，下次刷新会有新文章。</translation>
    </message>
    <message>
        <source>All caught up</source>
        <translation>都读完了</translation>
    </message>
    <message>
        <source>Show read articles</source>
        <translation>显示已读</translation>
    </message>
    <message>
        <source>Not refreshed yet</source>
        <translation>尚未刷新成功</translation>
    </message>
    <message>
        <source>Not refreshed since {date}</source>
        <translation>{date}起未能刷新</translation>
    </message>
    <message>
        <source>Stored articles are safe.</source>
        <translation>已存文章完好。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Change the address…</source>
        <translation>更改地址…</translation>
    </message>
</context>
<context>
    <name>LookPopover</name>
    <message>
        <source>Text and theme</source>
        <translation>文字与主题</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Sepia</source>
        <translation>米黄</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Contrast, light</source>
        <translation>高对比浅色</translation>
    </message>
    <message>
        <source>Contrast, dark</source>
        <translation>高对比深色</translation>
    </message>
    <message>
        <source>Sans</source>
        <translation>黑体</translation>
    </message>
    <message>
        <source>Serif</source>
        <translation>宋体</translation>
    </message>
    <message>
        <source>Latin font</source>
        <translation>西文字体</translation>
    </message>
    <message>
        <source>CJK font</source>
        <translation>中日韩字体</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>字号</translation>
    </message>
    <message>
        <source>{n} px</source>
        <translation>{n} 像素</translation>
    </message>
    <message>
        <source>Line height</source>
        <translation>行高</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}%</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>行宽</translation>
    </message>
    <message>
        <source>{n} em</source>
        <translation>{n} 字</translation>
    </message>
    <message>
        <source>Justify Chinese and Japanese</source>
        <translation>中文与日文两端对齐</translation>
    </message>
    <message>
        <source>Reset to defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>PictureActs</name>
    <message>
        <source>This article has no pictures.</source>
        <translation>本文没有图片。</translation>
    </message>
    <message>
        <source>No article is open.</source>
        <translation>没有打开的文章。</translation>
    </message>
    <message>
        <source>Details of the pictures copied.</source>
        <translation>已复制图片详情。</translation>
    </message>
    <message>
        <source>Show large</source>
        <translation>放大查看</translation>
    </message>
    <message>
        <source>Open the picture in the browser</source>
        <translation>在浏览器中打开图片</translation>
    </message>
    <message>
        <source>Copy the picture’s address</source>
        <translation>复制图片地址</translation>
    </message>
    <message>
        <source>Picture doctor</source>
        <translation>图片诊断</translation>
    </message>
    <message>
        <source>Open the link in the browser</source>
        <translation>在浏览器中打开链接</translation>
    </message>
    <message>
        <source>Copy the link’s address</source>
        <translation>复制链接地址</translation>
    </message>
    <message>
        <source>The pictures of this source are always loaded from now on.</source>
        <translation>今后始终加载此来源的图片。</translation>
    </message>
    <message>
        <source>The picture cache is cleared: {bytes} are free again.</source>
        <translation>图片缓存已清除，释放了 {bytes}。</translation>
    </message>
</context>
<context>
    <name>PictureDoctor</name>
    <message>
        <source>Picture doctor</source>
        <translation>图片诊断</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Retry all that are missing</source>
        <translation>重试所有缺失的</translation>
    </message>
    <message>
        <source>Show large</source>
        <translation>放大查看</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Pictures of the article</source>
        <translation>本文的图片</translation>
    </message>
    <message>
        <source>This article has no pictures.</source>
        <translation>本文没有图片。</translation>
    </message>
    <message>
        <source>{missing} of {count} missing</source>
        <translation>{count} 张中缺 {missing} 张</translation>
    </message>
    <message>
        <source>{count} pictures, none is missing</source>
        <translation>{count} 张图片，一张不缺</translation>
    </message>
</context>
<context>
    <name>PictureModel</name>
    <message>
        <source>Asking…</source>
        <translation>正在请求…</translation>
    </message>
</context>
<context>
    <name>PictureSettings</name>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>On a click</source>
        <translation>点击时</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>加载图片</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>Under the pointer</source>
        <translation>指针停留时</translation>
    </message>
    <message>
        <source>Moving pictures move</source>
        <translation>动图播放</translation>
    </message>
    <message>
        <source>Those of the list</source>
        <translation>列表中的图片</translation>
    </message>
    <message>
        <source>All, for reading offline</source>
        <translation>全部，供离线阅读</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不预取</translation>
    </message>
    <message>
        <source>Fetch ahead</source>
        <translation>预先获取</translation>
    </message>
    <message>
        <source>Fetch ahead at most</source>
        <translation>预先获取上限</translation>
    </message>
    <message>
        <source>Hold at most</source>
        <translation>最多保存</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Clear the picture cache</source>
        <translation>清除图片缓存</translation>
    </message>
    <message>
        <source>Picture proxy</source>
        <translation>图片代理</translation>
    </message>
    <message>
        <source>In articles</source>
        <translation>在文章中</translation>
    </message>
    <message>
        <source>A source may differ</source>
        <translation>各来源可另行设置</translation>
    </message>
    <message>
        <source>Moving ones move</source>
        <translation>动图播放</translation>
    </message>
    <message>
        <source>After a refresh</source>
        <translation>刷新之后</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>each time</source>
        <translation>每次</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在本机</translation>
    </message>
    <message>
        <source>Held now</source>
        <translation>现已保存</translation>
    </message>
    <message>
        <source>When nothing else helps</source>
        <translation>其他办法都不行时</translation>
    </message>
    <message>
        <source>It is told the address of the picture; none is asked when this is empty.</source>
        <translation>代理会得知图片的地址；留空则不使用代理。</translation>
    </message>
    <message>
        <source>1 picture, {bytes}</source>
        <translation>1 张图片，{bytes}</translation>
    </message>
    <message>
        <source>{count} pictures, {bytes}</source>
        <translation>{count} 张图片，{bytes}</translation>
    </message>
    <message>
        <source>{bytes} of it belong to bookmarks, and stay.</source>
        <translation>其中 {bytes} 属于书签，予以保留。</translation>
    </message>
    <message>
        <source>Clearing…</source>
        <translation>正在清除…</translation>
    </message>
    <message>
        <source>The proxy’s address begins with https:// and has {url} in it.</source>
        <translation>代理地址以 https:// 开头，并含有 {url}。</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>Previous picture</source>
        <translation>上一张图片</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一张图片</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Fit the window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>第 {n} 张，共 {count} 张</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>已保存：{name}</translation>
    </message>
    <message>
        <source>Copied: {name}</source>
        <translation>已复制：{name}</translation>
    </message>
</context>
<context>
    <name>Reading</name>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>Open in player or browser</source>
        <translation>在播放器或浏览器中打开</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search all articles</source>
        <translation>搜索全部文章</translation>
    </message>
</context>
<context>
    <name>Showing</name>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Original:</source>
        <translation>原文：</translation>
    </message>
    <message>
        <source>Pictures are not loaded here.</source>
        <translation>此处不加载图片。</translation>
    </message>
    <message>
        <source>Load now</source>
        <translation>现在加载</translation>
    </message>
    <message>
        <source>Always for this source</source>
        <translation>此来源始终加载</translation>
    </message>
    <message>
        <source>Source, as it was received</source>
        <translation>源码，收到时的原样</translation>
    </message>
    <message>
        <source>Original words, with nothing removed</source>
        <translation>原文，未作删减</translation>
    </message>
    <message>
        <source>This article cannot be shown</source>
        <translation>这篇文章无法显示</translation>
    </message>
    <message>
        <source>N opens the next unread, ? shows all keys.</source>
        <translation>按 N 读下一篇未读，按 ? 看全部快捷键。</translation>
    </message>
    <message>
        <source>No article selected</source>
        <translation>未选择文章</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Refresh all sources</source>
        <translation>刷新全部来源</translation>
    </message>
    <message>
        <source>Add a source</source>
        <translation>添加来源</translation>
    </message>
    <message>
        <source>Filter sources</source>
        <translation>筛选来源</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未读</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>继续阅读</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>全部文章</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>being refreshed</source>
        <translation>正在刷新</translation>
    </message>
    <message>
        <source>trouble</source>
        <translation>出错</translation>
    </message>
    <message>
        <source>{count} unread</source>
        <translation>{count} 篇未读</translation>
    </message>
</context>
<context>
    <name>SourceActs</name>
    <message>
        <source>Choose a source first.</source>
        <translation>请先选择一个来源。</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Sample library</source>
        <translation>示例文库</translation>
    </message>
    <message>
        <source>Import OPML</source>
        <translation>导入 OPML</translation>
    </message>
    <message>
        <source>1 feed added</source>
        <translation>已添加 1 个订阅</translation>
    </message>
    <message>
        <source>{count} feeds added</source>
        <translation>已添加 {count} 个订阅</translation>
    </message>
    <message>
        <source>OPML, keys in addresses starred (*.opml)</source>
        <translation>OPML，地址中的密钥以星号代替 (*.opml)</translation>
    </message>
    <message>
        <source>OPML with keys, for yourself (*.opml)</source>
        <translation>OPML，含密钥，仅供自己使用 (*.opml)</translation>
    </message>
    <message>
        <source>Export OPML</source>
        <translation>导出 OPML</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已写入：{path}</translation>
    </message>
</context>
<context>
    <name>SourceChanges</name>
    <message>
        <source>“{title}” moved to “{folder}”</source>
        <translation>“{title}”已移到“{folder}”</translation>
    </message>
    <message>
        <source>“{title}” moved</source>
        <translation>“{title}”已移动</translation>
    </message>
    <message>
        <source>{count} sources moved</source>
        <translation>已移动 {count} 个来源</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>What is kept goes when its bookmarks go.</source>
        <translation>保留的文章会随书签一起消失。</translation>
    </message>
    <message>
        <source>“{title}” removed; what you bookmarked stays</source>
        <translation>“{title}”已移除，加了书签的文章仍保留</translation>
    </message>
    <message>
        <source>{count} sources removed; what you bookmarked stays</source>
        <translation>已移除 {count} 个来源，加了书签的文章仍保留</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>SourcePanel</name>
    <message>
        <source>Properties</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>As the source calls itself</source>
        <translation>用来源自己的名称</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Refresh every</source>
        <translation>刷新间隔</translation>
    </message>
    <message>
        <source>As set for all</source>
        <translation>与全局设置相同</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>On a click</source>
        <translation>点击时</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>加载图片</translation>
    </message>
    <message>
        <source>Fetch pictures ahead</source>
        <translation>预先获取图片</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Name: value</source>
        <translation>X-Name: 值</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>请求头</translation>
    </message>
    <message>
        <source>List drafts, too</source>
        <translation>也列出草稿</translation>
    </message>
    <message>
        <source>Unread again when changed</source>
        <translation>有改动时重新标为未读</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>周</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Refreshing</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Fetch ahead</source>
        <translation>预先获取</translation>
    </message>
    <message>
        <source>All of them, for reading offline</source>
        <translation>全部，供离线阅读</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>访问</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>What is not published yet</source>
        <translation>尚未发布的文章</translation>
    </message>
    <message>
        <source>When changed</source>
        <translation>有改动时</translation>
    </message>
    <message>
        <source>Unread again</source>
        <translation>重新标为未读</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>articles</source>
        <translation>篇</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Bookmarked articles always stay.</source>
        <translation>加了书签的文章始终保留。</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>健康状况</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>最近一次成功</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近的错误</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>下次尝试</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>已存储</translation>
    </message>
    <message>
        <source>Only one that is signed by a known authority</source>
        <translation>仅限由已知机构签发的证书</translation>
    </message>
    <message>
        <source>Accepted: {fingerprint}…</source>
        <translation>已接受：{fingerprint}…</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>忘掉它</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <source>Its certificate is signed by nobody known. Save to accept this very one.</source>
        <translation>它的证书并非由已知机构签发。保存即表示只接受这一张。</translation>
    </message>
    <message>
        <source>Its certificate needs no leave of yours.</source>
        <translation>它的证书无需你特别许可。</translation>
    </message>
    <message>
        <source>“{line}” is no header: it needs a colon</source>
        <translation>“{line}”不是请求头：缺少冒号</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>SourceView</name>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>1 source failing</source>
        <translation>1 个来源出错</translation>
    </message>
    <message>
        <source>{count} sources failing</source>
        <translation>{count} 个来源出错</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>UndoHistory</name>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>What is removed can come back for 30 days.</source>
        <translation>移除的内容在 30 天内都可以恢复。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>没有可撤销的操作。</translation>
    </message>
    <message>
        <source>Nothing of it is as it was left, or its source must come back first.</source>
        <translation>其中内容后来都已改变，或须先恢复它的来源。</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Something unexpected happened. What you did is saved.</source>
        <translation>出了意外的问题。你做的操作都已保存。</translation>
    </message>
    <message>
        <source>This library can only be read; nothing is changed.</source>
        <translation>文库只读，不会有任何改动。</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>“{name}” is no article of this library.</source>
        <translation>“{name}”不是这个文库中的文章。</translation>
    </message>
    <message>
        <source>Printed.</source>
        <translation>已打印。</translation>
    </message>
    <message>
        <source>The article could not be printed.</source>
        <translation>无法打印这篇文章。</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>已保存：{file}</translation>
    </message>
    <message>
        <source>{file} cannot be written.</source>
        <translation>无法写入 {file}。</translation>
    </message>
    <message>
        <source>Nothing unread in this list.</source>
        <translation>列表中没有未读文章。</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已将 1 篇标为已读</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已将 {count} 篇标为已读</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>已撤销。</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>没有可撤销的操作。</translation>
    </message>
    <message>
        <source>What is bookmarked stays: remove its bookmark first.</source>
        <translation>有书签的文章会保留：请先移除书签。</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：“{title}”</translation>
    </message>
    <message>
        <source>This article has no page on the web.</source>
        <translation>这篇文章没有网页。</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>已复制：{text}</translation>
    </message>
    <message>
        <source>Refreshing {done} of {total}</source>
        <translation>正在刷新 {done} / {total}</translation>
    </message>
    <message>
        <source>Pictures {done} of {total}</source>
        <translation>图片 {done} / {total}</translation>
    </message>
    <message>
        <source>Nothing was asked: the server wants no visit before {time}.</source>
        <translation>没有发出请求：服务器要求 {time} 之后再来。</translation>
    </message>
    <message>
        <source>This network seems to want a login first: pages came where feeds were.</source>
        <translation>这个网络似乎需要先登录：订阅源的位置返回了网页。</translation>
    </message>
    <message>
        <source>Offline. Reading from this computer.</source>
        <translation>离线，正在读取本机内容。</translation>
    </message>
    <message>
        <source>Stopped. What came is stored.</source>
        <translation>已停止，收到的都已存好。</translation>
    </message>
    <message>
        <source>Refreshed {time}, 1 new article</source>
        <translation>{time} 已刷新，新文章 1 篇</translation>
    </message>
    <message>
        <source>Refreshed {time}, {count} new articles</source>
        <translation>{time} 已刷新，新文章 {count} 篇</translation>
    </message>
    <message>
        <source>Refreshed {time}</source>
        <translation>{time} 已刷新</translation>
    </message>
    <message>
        <source>Inkstone {version}. A private, offline-first reader. No account, no telemetry: only your sources and the servers of their pictures are contacted.</source>
        <translation>Inkstone {version}，私密、离线优先的阅读器。无账号，无遥测：只联系你的来源和其中图片的服务器。</translation>
    </message>
    <message>
        <source>About Inkstone</source>
        <translation>关于 Inkstone</translation>
    </message>
</context>
<context>
    <name>_Details</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Inside of the article</source>
        <translation>在文章里面</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>已存</translation>
    </message>
    <message>
        <source>Came from</source>
        <translation>取自</translation>
    </message>
    <message>
        <source>Came with</source>
        <translation>取得方式</translation>
    </message>
    <message>
        <source>Learned of its host</source>
        <translation>该主机的经验</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>上次请求</translation>
    </message>
    <message>
        <source>Again by itself</source>
        <translation>自动重试时间</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试</translation>
    </message>
</context>
<context>
    <name>_TitleField</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>{detail}.</source>
        <translation>{detail}。</translation>
    </message>
    <message>
        <source>{path}: {detail}.</source>
        <translation>{path}：{detail}。</translation>
    </message>
    <message>
        <source>Something unexpected happened ({kind}: {detail}).</source>
        <translation>出了意外的问题（{kind}：{detail}）。</translation>
    </message>
    <message>
        <source>The server answered “{answer}” for {url}.</source>
        <translation>请求 {url} 时，服务器回应“{answer}”。</translation>
    </message>
    <message>
        <source>The certificate of {url} is not trusted: {detail}.</source>
        <translation>{url} 的证书不受信任：{detail}。</translation>
    </message>
    <message>
        <source>The certificate of {url} is not trusted: {detail} (SHA-256 {fingerprint}).</source>
        <translation>{url} 的证书不受信任：{detail}（SHA-256 {fingerprint}）。</translation>
    </message>
    <message>
        <source>The answer of {url} is larger than {limit} MB.</source>
        <translation>{url} 的回应超过 {limit} MB。</translation>
    </message>
    <message>
        <source>{where}, line {line}: {detail}.</source>
        <translation>{where}，第 {line} 行：{detail}。</translation>
    </message>
    <message>
        <source>{where}: {detail}.</source>
        <translation>{where}：{detail}。</translation>
    </message>
    <message>
        <source>The picture’s server {host} cannot be reached.</source>
        <translation>连接不上图片服务器 {host}。</translation>
    </message>
    <message>
        <source>The picture’s server {host} refused it ({status}).</source>
        <translation>图片服务器 {host} 拒绝了请求（{status}）。</translation>
    </message>
    <message>
        <source>The picture is no longer on {host} ({status}).</source>
        <translation>图片已不在 {host} 上（{status}）。</translation>
    </message>
    <message>
        <source>The picture’s server {host} took too long.</source>
        <translation>图片服务器 {host} 响应太慢。</translation>
    </message>
    <message>
        <source>The picture on {host} is too large.</source>
        <translation>{host} 上的图片太大。</translation>
    </message>
    <message>
        <source>What {host} sent is not a picture.</source>
        <translation>{host} 发来的不是图片。</translation>
    </message>
    <message>
        <source>The picture on {host} would unpack to an unreasonable size.</source>
        <translation>{host} 上的图片解开后大得离谱。</translation>
    </message>
    <message>
        <source>The picture’s address may not be contacted: {detail}.</source>
        <translation>不允许连接这个图片地址：{detail}。</translation>
    </message>
    <message>
        <source>This picture was not stored before you went offline.</source>
        <translation>离线前没有存下这张图。</translation>
    </message>
    <message>
        <source>The picture on {host} cannot be shown ({detail}).</source>
        <translation>{host} 上的图片无法显示（{detail}）。</translation>
    </message>
    <message>
        <source>There is no article “{name}”.</source>
        <translation>没有名为“{name}”的文章。</translation>
    </message>
    <message>
        <source>There is no source “{name}”.</source>
        <translation>没有名为“{name}”的来源。</translation>
    </message>
    <message>
        <source>There is no file or folder “{name}”.</source>
        <translation>没有名为“{name}”的文件或文件夹。</translation>
    </message>
    <message>
        <source>“{name}” is not there.</source>
        <translation>找不到“{name}”。</translation>
    </message>
    <message>
        <source>{url} may not be contacted: {detail}.</source>
        <translation>不允许连接 {url}：{detail}。</translation>
    </message>
    <message>
        <source>{url} gave no complete answer within {seconds} seconds.</source>
        <translation>{url} 在 {seconds} 秒内没有完整回应。</translation>
    </message>
    <message>
        <source>{url} cannot be reached: {detail}.</source>
        <translation>连接不上 {url}：{detail}。</translation>
    </message>
    <message>
        <source>Stopped before {url} answered.</source>
        <translation>未等 {url} 回应便已停止。</translation>
    </message>
    <message>
        <source>{url} cannot be fetched.</source>
        <translation>无法获取 {url}。</translation>
    </message>
    <message>
        <source>There is no network: none of the sources can be reached.</source>
        <translation>没有网络：所有来源都无法连接。</translation>
    </message>
    <message>
        <source>This network wants a login first: pages came where feeds were. Nothing was changed.</source>
        <translation>这个网络需要先登录：订阅源的位置返回了网页。没有任何改动。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {detail}.</source>
        <translation>无法读取 {path}：{detail}。</translation>
    </message>
    <message>
        <source>The library {path} is in use by another program{detail}.</source>
        <translation>文库 {path} 正由另一个程序使用{detail}。</translation>
    </message>
    <message>
        <source>The disk is full; the library {path} was not changed{detail}.</source>
        <translation>磁盘已满，文库 {path} 未作改动{detail}。</translation>
    </message>
    <message>
        <source>{path} is not an Inkstone library, or it is damaged{detail}. It was left as it is.</source>
        <translation>{path} 不是 Inkstone 文库，或已损坏{detail}。文件未被改动。</translation>
    </message>
    <message>
        <source>The library {path} was made by a newer Inkstone{detail}.</source>
        <translation>文库 {path} 由更新版本的 Inkstone 创建{detail}。</translation>
    </message>
    <message>
        <source>The library {path} can only be read; nothing was changed{detail}.</source>
        <translation>文库 {path} 只读，未作任何改动{detail}。</translation>
    </message>
    <message>
        <source>The library {path} cannot be opened{detail}.</source>
        <translation>无法打开文库 {path}{detail}。</translation>
    </message>
    <message>
        <source>The library {path} cannot be used{detail}.</source>
        <translation>无法使用文库 {path}{detail}。</translation>
    </message>
    <message>
        <source>The system’s keyring does not take the password ({detail}): it is kept until Inkstone ends.</source>
        <translation>系统密钥环不接受这个密码（{detail}）：它只保留到 Inkstone 退出。</translation>
    </message>
    <message>
        <source>Reading was given up after {seconds} seconds ({task}).</source>
        <translation>读取超过 {seconds} 秒，已放弃（{task}）。</translation>
    </message>
    <message>
        <source>As root the page engine would need its sandbox switched off, which Inkstone never does by itself: start it as an ordinary user, or set QTWEBENGINE_DISABLE_SANDBOX=1.</source>
        <translation>以 root 身份运行时，页面引擎须关闭沙箱，而 Inkstone 绝不自行关闭：请以普通用户启动，或设置 QTWEBENGINE_DISABLE_SANDBOX=1。</translation>
    </message>
</context>
</TS>
