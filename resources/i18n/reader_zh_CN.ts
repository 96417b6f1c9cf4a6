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
        <translation>留存</translation>
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
        <source>Select the next article as well</source>
        <translation>同时选中下一篇</translation>
    </message>
    <message>
        <source>Select the previous article as well</source>
        <translation>同时选中上一篇</translation>
    </message>
    <message>
        <source>Next unread article</source>
        <translation>下一篇未读</translation>
    </message>
    <message>
        <source>Previous unread article</source>
        <translation>上一篇未读</translation>
    </message>
    <message>
        <source>First article of the list</source>
        <translation>列表第一篇</translation>
    </message>
    <message>
        <source>Last article of the list</source>
        <translation>列表最后一篇</translation>
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
        <source>Half a page down</source>
        <translation>向下翻半页</translation>
    </message>
    <message>
        <source>Half a page up</source>
        <translation>向上翻半页</translation>
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
        <source>Mark all above as read</source>
        <translation>将以上全部标为已读</translation>
    </message>
    <message>
        <source>Mark all below as read</source>
        <translation>将以下全部标为已读</translation>
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
        <source>Tags and note…</source>
        <translation>标签与笔记…</translation>
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
        <source>Save the search as a smart folder</source>
        <translation>将搜索存为智能文件夹</translation>
    </message>
    <message>
        <source>Next match of the search in the article</source>
        <translation>文章中下一处搜索结果</translation>
    </message>
    <message>
        <source>Previous match of the search in the article</source>
        <translation>文章中上一处搜索结果</translation>
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
        <source>By source</source>
        <translation>按来源</translation>
    </message>
    <message>
        <source>By title</source>
        <translation>按标题</translation>
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
        <source>Settings…</source>
        <translation>设置…</translation>
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
        <source>Import bookmarks…</source>
        <translation>导入书签…</translation>
    </message>
    <message>
        <source>Export bookmarks…</source>
        <translation>导出书签…</translation>
    </message>
    <message>
        <source>Export articles…</source>
        <translation>导出文章…</translation>
    </message>
    <message>
        <source>Backup and repair…</source>
        <translation>备份与修复…</translation>
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
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>使用手册</translation>
    </message>
    <message>
        <source>Copy details for whoever helps</source>
        <translation>复制详情以便求助</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>显示日志</translation>
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
        <source>Import and export</source>
        <translation>导入与导出</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
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
        <source>Notify of new articles</source>
        <translation>新文章通知</translation>
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
        <translation>移除书签</translation>
    </message>
    <message>
        <source>Copy the link as Markdown</source>
        <translation>复制链接（Markdown 格式）</translation>
    </message>
    <message>
        <source>Send the link by mail…</source>
        <translation>用邮件发送链接…</translation>
    </message>
    <message>
        <source>Open in the editor</source>
        <translation>在编辑器中打开</translation>
    </message>
    <message>
        <source>Remove the bookmarks</source>
        <translation>移除书签</translation>
    </message>
    <message>
        <source>Add tags…</source>
        <translation>添加标签…</translation>
    </message>
    <message>
        <source>Copy the links</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Remove the articles</source>
        <translation>移除这些文章</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>从新到旧</translation>
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
        <translation>{span}没有新文章</translation>
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
        <translation>不允许连接的地址</translation>
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
        <source>Bookmarked: “{title}”</source>
        <translation>已加书签：“{title}”</translation>
    </message>
    <message>
        <source>{count} articles bookmarked or tagged</source>
        <translation>已为 {count} 篇文章加上书签或标签</translation>
    </message>
    <message>
        <source>Bookmark removed: “{title}”</source>
        <translation>已移除书签：“{title}”</translation>
    </message>
    <message>
        <source>{count} bookmarks removed</source>
        <translation>已移除 {count} 个书签</translation>
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
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Views and folders</source>
        <translation>视图与文件夹</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>{articles}, can be undone</source>
        <translation>{articles}，可撤销</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>打开设置</translation>
    </message>
    <message>
        <source>Refresh it</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
    <message>
        <source>{count} new articles in {source}</source>
        <translation>{source}：{count} 篇新文章</translation>
    </message>
    <message>
        <source>{count} new articles in {sources} sources</source>
        <translation>{sources} 个来源共有 {count} 篇新文章</translation>
    </message>
    <message>
        <source>Refreshed {time}</source>
        <translation>{time} 已刷新</translation>
    </message>
    <message>
        <source>1 new article</source>
        <translation>1 篇新文章</translation>
    </message>
    <message>
        <source>{count} new articles</source>
        <translation>{count} 篇新文章</translation>
    </message>
    <message>
        <source>{first} · {second}</source>
        <translation>{first} · {second}</translation>
    </message>
    <message>
        <source>next at {time}</source>
        <translation>下次 {time}</translation>
    </message>
    <message>
        <source>“{text}” cannot be used: it begins with https:// and has {url} in it.</source>
        <translation>无法使用“{text}”：地址须以 https:// 开头，并含有 {url}。</translation>
    </message>
    <message>
        <source>“{text}” is no proxy: write it like socks5h://127.0.0.1:1080, without a password.</source>
        <translation>“{text}”不是代理：请写成 socks5h://127.0.0.1:1080 的样子，不带密码。</translation>
    </message>
    <message>
        <source>“{text}” is no server: it begins with https://.</source>
        <translation>“{text}”不是服务器：须以 https:// 开头。</translation>
    </message>
    <message>
        <source>“{text}” is no time of the day: write it like 22:00.</source>
        <translation>“{text}”不是时刻：请写成 22:00 的样子。</translation>
    </message>
    <message>
        <source>“{text}” is no time of the day: write it like 07:30.</source>
        <translation>“{text}”不是时刻：请写成 07:30 的样子。</translation>
    </message>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Following</source>
        <translation>订阅</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Privacy and storage</source>
        <translation>隐私与存储</translation>
    </message>
    <message>
        <source>The colours of the window and of the articles.</source>
        <translation>窗口与文章的配色。</translation>
    </message>
    <message>
        <source>Begin with</source>
        <translation>启动时显示</translation>
    </message>
    <message>
        <source>What the list shows when the window opens.</source>
        <translation>窗口打开时，列表显示什么。</translation>
    </message>
    <message>
        <source>What was left</source>
        <translation>上次离开时的列表</translation>
    </message>
    <message>
        <source>At login</source>
        <translation>登录时</translation>
    </message>
    <message>
        <source>Whether Inkstone opens when you log in.</source>
        <translation>登录系统时是否打开 Inkstone。</translation>
    </message>
    <message>
        <source>Not opened</source>
        <translation>不打开</translation>
    </message>
    <message>
        <source>With its window</source>
        <translation>打开窗口</translation>
    </message>
    <message>
        <source>In the tray only</source>
        <translation>只在托盘中</translation>
    </message>
    <message>
        <source>In the tray</source>
        <translation>托盘</translation>
    </message>
    <message>
        <source>An icon beside the clock, and what goes into it.</source>
        <translation>时钟旁的图标，以及哪些窗口收进其中。</translation>
    </message>
    <message>
        <source>No icon</source>
        <translation>不显示图标</translation>
    </message>
    <message>
        <source>An icon</source>
        <translation>显示图标</translation>
    </message>
    <message>
        <source>The window when minimised</source>
        <translation>最小化时收进托盘</translation>
    </message>
    <message>
        <source>The window also when closed</source>
        <translation>关闭时也收进托盘</translation>
    </message>
    <message>
        <source>A word on the desktop after a refresh that brought something.</source>
        <translation>刷新后有新文章时，在桌面上提示。</translation>
    </message>
    <message>
        <source>Of chosen sources</source>
        <translation>仅选定的来源</translation>
    </message>
    <message>
        <source>Of all sources</source>
        <translation>全部来源</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>免打扰开始</translation>
    </message>
    <message>
        <source>No notifications from this time of the day on.</source>
        <translation>从这个时刻起不再通知。</translation>
    </message>
    <message>
        <source>no quiet time</source>
        <translation>不设免打扰</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>免打扰结束</translation>
    </message>
    <message>
        <source>Notifications come again from this time on.</source>
        <translation>从这个时刻起恢复通知。</translation>
    </message>
    <message>
        <source>Counts as read</source>
        <translation>何时算已读</translation>
    </message>
    <message>
        <source>When an article that you open is marked as read.</source>
        <translation>打开的文章何时标为已读。</translation>
    </message>
    <message>
        <source>When it is opened</source>
        <translation>打开时</translation>
    </message>
    <message>
        <source>After some seconds</source>
        <translation>几秒之后</translation>
    </message>
    <message>
        <source>By hand only</source>
        <translation>仅手动标记</translation>
    </message>
    <message>
        <source>After</source>
        <translation>打开多久后</translation>
    </message>
    <message>
        <source>How long it must be open to count as read.</source>
        <translation>文章打开多久才算已读。</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>A click on a link</source>
        <translation>点击链接时</translation>
    </message>
    <message>
        <source>What happens with a link that leads out of the library.</source>
        <translation>指向文库之外的链接如何处理。</translation>
    </message>
    <message>
        <source>Opens the browser</source>
        <translation>打开浏览器</translation>
    </message>
    <message>
        <source>Copies its address</source>
        <translation>复制链接地址</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>正文字体</translation>
    </message>
    <message>
        <source>The kind of letters that articles are set in.</source>
        <translation>文章所用字体的类型。</translation>
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
        <source>A font for Latin letters in the place of the usual one.</source>
        <translation>换用另一款西文字体。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>CJK font</source>
        <translation>中日韩字体</translation>
    </message>
    <message>
        <source>A font for Chinese, Japanese and Korean in the place of the usual one.</source>
        <translation>换用另一款中日韩字体。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>字号</translation>
    </message>
    <message>
        <source>The size of an article’s text.</source>
        <translation>文章正文的字号。</translation>
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
        <source>The room between lines, of what the article’s language asks for.</source>
        <translation>行间距离，以文章语言所需为准。</translation>
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
        <source>How wide the column of text may be.</source>
        <translation>正文一行最宽多少。</translation>
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
        <source>Sets their paragraphs to both margins.</source>
        <translation>段落左右两边都对齐。</translation>
    </message>
    <message>
        <source>How much of each article the list shows.</source>
        <translation>列表中每篇文章显示多少内容。</translation>
    </message>
    <message>
        <source>One row for one article</source>
        <translation>同一篇只列一行</translation>
    </message>
    <message>
        <source>An article that several sources have is one row, and read once it is read everywhere.</source>
        <translation>多个来源都有的文章只列一行，读过一次便处处已读。</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>加载图片</translation>
    </message>
    <message>
        <source>From their own servers, when an article is opened. A source may differ.</source>
        <translation>打开文章时从图片所在的服务器加载。各来源可另行设置。</translation>
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
        <source>Moving pictures move</source>
        <translation>动图播放</translation>
    </message>
    <message>
        <source>What animated pictures do.</source>
        <translation>动图如何播放。</translation>
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
        <source>Fetch ahead</source>
        <translation>预先获取</translation>
    </message>
    <message>
        <source>Pictures that come after a refresh, before anybody opens the article.</source>
        <translation>刷新之后、打开文章之前就取来的图片。</translation>
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
        <translation>无</translation>
    </message>
    <message>
        <source>Fetch ahead at most</source>
        <translation>预先获取上限</translation>
    </message>
    <message>
        <source>What one refresh may fetch ahead.</source>
        <translation>每次刷新最多预先获取多少。</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Hold at most</source>
        <translation>最多保存</translation>
    </message>
    <message>
        <source>What is kept on this computer beside the pictures of bookmarked articles.</source>
        <translation>本机保存多少图片，有书签的文章的图片不计在内。</translation>
    </message>
    <message>
        <source>Held now</source>
        <translation>现已保存</translation>
    </message>
    <message>
        <source>Pictures on this computer.</source>
        <translation>存在本机的图片。</translation>
    </message>
    <message>
        <source>Picture proxy</source>
        <translation>图片代理</translation>
    </message>
    <message>
        <source>Asked last for a picture that cannot be had; it is told the picture’s address.</source>
        <translation>图片取不到时，最后向它请求；它会得知图片地址。</translation>
    </message>
    <message>
        <source>Never by itself</source>
        <translation>从不自动刷新</translation>
    </message>
    <message>
        <source>Refresh every</source>
        <translation>刷新间隔</translation>
    </message>
    <message>
        <source>How often a feed is asked for news, unless its properties say otherwise.</source>
        <translation>每隔多久检查订阅有无更新，订阅的属性可另行设定。</translation>
    </message>
    <message>
        <source>RSSHub servers</source>
        <translation>RSSHub 服务器</translation>
    </message>
    <message>
        <source>Asked in this order for addresses that begin with rsshub://; one a line.</source>
        <translation>遇到以 rsshub:// 开头的地址时依次请求，每行一个。</translation>
    </message>
    <message>
        <source>Keep for</source>
        <translation>保留多久</translation>
    </message>
    <message>
        <source>How old a feed’s articles may get, unless its properties say otherwise.</source>
        <translation>订阅的文章保留多久，订阅的属性可另行设定。</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Keep of each feed</source>
        <translation>每个订阅保留</translation>
    </message>
    <message>
        <source>How many of a feed’s articles are kept, the newest first.</source>
        <translation>每个订阅保留多少篇文章，新的优先。</translation>
    </message>
    <message>
        <source>articles</source>
        <translation>篇</translation>
    </message>
    <message>
        <source>Keep in all</source>
        <translation>总共保留</translation>
    </message>
    <message>
        <source>How many articles of all feeds together are kept, the newest first.</source>
        <translation>全部订阅总共保留多少篇文章，新的优先。</translation>
    </message>
    <message>
        <source>What would go</source>
        <translation>将会移除</translation>
    </message>
    <message>
        <source>Bookmarked, tagged, noted and half-read articles stay, and so do the files of your folders.</source>
        <translation>有书签、标签、笔记的文章和读到一半的文章都会保留，文件夹中的文件也是。</translation>
    </message>
    <message>
        <source>Back up every</source>
        <translation>备份间隔</translation>
    </message>
    <message>
        <source>How often the whole library is backed up by itself, each time verified.</source>
        <translation>每隔多久自动备份整个文库，每次都会校验。</translation>
    </message>
    <message>
        <source>day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Backups kept</source>
        <translation>保留备份</translation>
    </message>
    <message>
        <source>How many of these backups are kept, the newest first.</source>
        <translation>自动备份保留多少份，新的优先。</translation>
    </message>
    <message>
        <source>backups</source>
        <translation>份</translation>
    </message>
    <message>
        <source>none</source>
        <translation>不保留</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>The way to the network, for feeds and pictures alike.</source>
        <translation>订阅与图片都由此连接网络。</translation>
    </message>
    <message>
        <source>Another one</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Addresses that a proxy made up</source>
        <translation>代理虚拟的地址</translation>
    </message>
    <message>
        <source>Lets names lead to 198.18.0.0/15, as proxies do that take over the whole network.</source>
        <translation>允许域名指向 198.18.0.0/15，接管整个网络的代理就是如此。</translation>
    </message>
    <message>
        <source>All commands and their keys.</source>
        <translation>全部命令及其快捷键。</translation>
    </message>
    <message>
        <source>Of the window; articles keep their own. It changes at once.</source>
        <translation>窗口的语言，立即生效；文章仍用各自的语言。</translation>
    </message>
    <message>
        <source>Who is contacted</source>
        <translation>联系谁</translation>
    </message>
    <message>
        <source>Only your sources and the servers of their pictures. No account, no telemetry.</source>
        <translation>只联系你的来源和其中图片的服务器。无账号，无遥测。</translation>
    </message>
    <message>
        <source>Where things are</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>Everything lies on this computer, in files.</source>
        <translation>一切都以文件存在本机。</translation>
    </message>
    <message>
        <source>Backup and repair</source>
        <translation>备份与修复</translation>
    </message>
    <message>
        <source>Back up, check and restore the library, and take it to another computer.</source>
        <translation>备份、检查、恢复文库，或迁到另一台电脑。</translation>
    </message>
    <message>
        <source>Settings file</source>
        <translation>设置文件</translation>
    </message>
    <message>
        <source>All settings in one readable file, to take along or to look at.</source>
        <translation>全部设置都在一个可读的文件里，可带走，可查看。</translation>
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
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>1 setting changed.</source>
        <translation>已更改 1 项设置。</translation>
    </message>
    <message>
        <source>{count} settings changed.</source>
        <translation>已更改 {count} 项设置。</translation>
    </message>
    <message>
        <source>Not taken, as the values do not fit: {names}.</source>
        <translation>以下各项的值不合适，未采用：{names}。</translation>
    </message>
    <message>
        <source>Not known to this version: {names}.</source>
        <translation>此版本不认识：{names}。</translation>
    </message>
    <message>
        <source>The file of this article is no longer there.</source>
        <translation>这篇文章的文件已不存在。</translation>
    </message>
    <message>
        <source>This file is no text.</source>
        <translation>这个文件不是文本。</translation>
    </message>
    <message>
        <source>Nothing unread in this list.</source>
        <translation>列表中没有未读文章。</translation>
    </message>
    <message>
        <source>1 bookmark</source>
        <translation>1 个书签</translation>
    </message>
    <message>
        <source>{count} bookmarks</source>
        <translation>{count} 个书签</translation>
    </message>
    <message>
        <source>{articles}, {bookmarks}</source>
        <translation>{articles}、{bookmarks}</translation>
    </message>
</context>
<context>
    <name>About</name>
    <message>
        <source>About Inkstone</source>
        <translation>关于 Inkstone</translation>
    </message>
    <message>
        <source>Libraries and licences</source>
        <translation>所用程序库与许可证</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>阅读许可证</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
    <message>
        <source>Inkstone’s icon</source>
        <translation>Inkstone 图标</translation>
    </message>
    <message>
        <source>A private, offline-first reader for what you keep and what you follow.</source>
        <translation>私密、离线优先的阅读器，读你留存的，也读你订阅的。</translation>
    </message>
    <message>
        <source>No account, no telemetry: only your sources and the servers of their pictures are contacted. Free software, licence {licence}.</source>
        <translation>无账号，无遥测：只联系你的来源和其中图片的服务器。自由软件，许可证 {licence}。</translation>
    </message>
    <message>
        <source>No text of its licence came with it.</source>
        <translation>它没有附带许可证文本。</translation>
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
    <name>Arrivals</name>
    <message>
        <source>{count} things came at once: the first {most} are opened.</source>
        <translation>一次来了 {count} 项，只打开前 {most} 项。</translation>
    </message>
    <message>
        <source>This link means nothing here: {link}</source>
        <translation>无法处理这个链接：{link}</translation>
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
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>移除书签</translation>
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
    <name>BackupList</name>
    <message>
        <source>None yet; the first one is made when nothing else goes on.</source>
        <translation>还没有备份，空闲时会做第一份。</translation>
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
    <name>Care</name>
    <message>
        <source>Backup and repair…</source>
        <translation>备份与修复…</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Later</source>
        <translation>以后</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Last week</source>
        <translation>上周</translation>
    </message>
</context>
<context>
    <name>ExportActs</name>
    <message>
        <source>Bookmarks of a browser (*.html *.htm)</source>
        <translation>浏览器书签 (*.html *.htm)</translation>
    </message>
    <message>
        <source>Import bookmarks</source>
        <translation>导入书签</translation>
    </message>
    <message>
        <source>“{name}” is no file of bookmarks</source>
        <translation>“{name}”不是书签文件</translation>
    </message>
    <message>
        <source>1 bookmark added</source>
        <translation>已添加 1 个书签</translation>
    </message>
    <message>
        <source>{count} bookmarks added</source>
        <translation>已添加 {count} 个书签</translation>
    </message>
    <message>
        <source>, {count} were there already</source>
        <translation>，{count} 个早已有了</translation>
    </message>
    <message>
        <source>; what is no page was passed over</source>
        <translation>；不是网页的已略过</translation>
    </message>
    <message>
        <source>Bookmarks for browsers (*.html)</source>
        <translation>浏览器书签 (*.html)</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Table, CSV (*.csv)</source>
        <translation>表格，CSV (*.csv)</translation>
    </message>
    <message>
        <source>Export bookmarks</source>
        <translation>导出书签</translation>
    </message>
    <message>
        <source>Exporting bookmarks</source>
        <translation>正在导出书签</translation>
    </message>
    <message>
        <source>A folder of Markdown files (*)</source>
        <translation>Markdown 文件夹 (*)</translation>
    </message>
    <message>
        <source>A folder of pages, HTML (*)</source>
        <translation>HTML 网页文件夹 (*)</translation>
    </message>
    <message>
        <source>One file of JSON lines (*.jsonl)</source>
        <translation>单个 JSON Lines 文件 (*.jsonl)</translation>
    </message>
    <message>
        <source>Export the articles of “{title}”</source>
        <translation>导出“{title}”的文章</translation>
    </message>
    <message>
        <source>Exporting articles</source>
        <translation>正在导出文章</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已写入：{path}</translation>
    </message>
    <message>
        <source>; {count} without their text</source>
        <translation>；{count} 篇没有正文</translation>
    </message>
</context>
<context>
    <name>FailingPopover</name>
    <message>
        <source>1 source failing</source>
        <translation>1 个来源出错</translation>
    </message>
    <message>
        <source>{count} sources failing</source>
        <translation>{count} 个来源出错</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>另有 {count} 个</translation>
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
        <source>Details…</source>
        <translation>详情…</translation>
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
        <translation>你留存的，你订阅的，都在一份清静的列表里。</translation>
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
    <name>Held</name>
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
        <source>The picture cache is cleared: {bytes} are free again.</source>
        <translation>图片缓存已清除，释放了 {bytes}。</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>no key</source>
        <translation>无快捷键</translation>
    </message>
    <message>
        <source>Inkstone’s manual</source>
        <translation>Inkstone 使用手册</translation>
    </message>
    <message>
        <source>Details copied, without private addresses.</source>
        <translation>已复制详情，其中不含私密地址。</translation>
    </message>
    <message>
        <source>There is no log: {folder}</source>
        <translation>没有日志：{folder}</translation>
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
    <name>Hits</name>
    <message>
        <source>Match {number} of {count}</source>
        <translation>第 {number} 处，共 {count} 处</translation>
    </message>
    <message>
        <source>The words of the search are not in this article.</source>
        <translation>这篇文章里没有搜索的词。</translation>
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
    <name>KeyModel</name>
    <message>
        <source>no key</source>
        <translation>无快捷键</translation>
    </message>
</context>
<context>
    <name>KeySettings</name>
    <message>
        <source>Keys as in</source>
        <translation>快捷键方案</translation>
    </message>
    <message>
        <source>Find a command or a key</source>
        <translation>查找命令或快捷键</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Add another key</source>
        <translation>再加一个快捷键</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其快捷键</translation>
    </message>
    <message>
        <source>Press the keys for “{command}”. Esc leaves it, Backspace clears.</source>
        <translation>请按下“{command}”的快捷键。按 Esc 保持不变，按 Backspace 清除。</translation>
    </message>
    <message>
        <source>{commands} and {count} more</source>
        <translation>{commands}，另有 {count} 个</translation>
    </message>
    <message>
        <source>{key} is the key of: {commands}.</source>
        <translation>{key} 已用于：{commands}。</translation>
    </message>
    <message>
        <source>{key} begins the keys of: {commands}.</source>
        <translation>以下命令的快捷键以 {key} 开头：{commands}。</translation>
    </message>
    <message>
        <source>{key} goes on where another key ends: {commands}.</source>
        <translation>{key} 的开头已是另一个快捷键：{commands}。</translation>
    </message>
    <message>
        <source>Enter takes it over, Esc leaves it.</source>
        <translation>按 Enter 改用于此，按 Esc 保持不变。</translation>
    </message>
    <message>
        <source>It lies beside the key that refreshes: easily hit by mistake.</source>
        <translation>它紧挨着刷新键，容易误按。</translation>
    </message>
    <message>
        <source>In text fields it does what it does there.</source>
        <translation>在输入框中，它仍是原来的作用。</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Find a key or what it does</source>
        <translation>查找快捷键或其作用</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>No key does this.</source>
        <translation>没有快捷键对应此功能。</translation>
    </message>
</context>
<context>
    <name>LibraryCare</name>
    <message>
        <source>Backup and repair</source>
        <translation>备份与修复</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>Backups that are kept</source>
        <translation>保留的备份数</translation>
    </message>
    <message>
        <source>Days between two backups</source>
        <translation>备份间隔天数</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Restore a file…</source>
        <translation>从文件恢复…</translation>
    </message>
    <message>
        <source>Back up now…</source>
        <translation>立即备份…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The library</source>
        <translation>文库</translation>
    </message>
    <message>
        <source>Lies in</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Last check</source>
        <translation>上次检查</translation>
    </message>
    <message>
        <source>kept, one every</source>
        <translation>份，每隔</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>By themselves</source>
        <translation>自动备份</translation>
    </message>
    <message>
        <source>A backup is one file with articles, bookmarks, notes, settings and history, and is read again when it is written. To move to another computer, back up here and restore there. Passwords stay in the system’s keyring, and pictures are fetched again.</source>
        <translation>备份是一个文件，包含文章、书签、笔记、设置和历史记录，写好后会重读一遍加以校验。要换电脑，在这里备份，到那里恢复。密码留在系统密钥环中，图片会重新获取。</translation>
    </message>
    <message>
        <source>Library {bytes}</source>
        <translation>文库 {bytes}</translation>
    </message>
    <message>
        <source>pictures {bytes}</source>
        <translation>图片 {bytes}</translation>
    </message>
    <message>
        <source>backups {bytes}</source>
        <translation>备份 {bytes}</translation>
    </message>
    <message>
        <source>Not yet; it is checked by itself once a day</source>
        <translation>尚未检查，每天会自动检查一次</translation>
    </message>
    <message>
        <source>{time}: it is sound</source>
        <translation>{time}：完好</translation>
    </message>
    <message>
        <source>{time}: it is damaged</source>
        <translation>{time}：已损坏</translation>
    </message>
    <message>
        <source>The library’s file is damaged.</source>
        <translation>文库的文件已损坏。</translation>
    </message>
    <message>
        <source>“{problem}”. Repairing saves what can be read into a new file, and bookmarks and notes come back from the journal; the damaged file is kept. A backup brings back the state of its day.</source>
        <translation>“{problem}”。修复会把还能读出的内容存入新文件，书签和笔记由日志找回；损坏的文件会保留。用备份则回到备份那天的状态。</translation>
    </message>
    <message>
        <source>Repair now</source>
        <translation>立即修复</translation>
    </message>
    <message>
        <source>Restore a backup…</source>
        <translation>恢复备份…</translation>
    </message>
    <message>
        <source>The library is damaged.</source>
        <translation>文库已损坏。</translation>
    </message>
    <message>
        <source>The library is sound.</source>
        <translation>文库完好。</translation>
    </message>
    <message>
        <source>Backups (*.zip)</source>
        <translation>备份 (*.zip)</translation>
    </message>
    <message>
        <source>Back up the library</source>
        <translation>备份文库</translation>
    </message>
    <message>
        <source>Written and read again: {file}, {bytes}</source>
        <translation>已写入并校验：{file}，{bytes}</translation>
    </message>
    <message>
        <source>Backups (*.zip *.sqlite3)</source>
        <translation>备份 (*.zip *.sqlite3)</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>It holds {what}.</source>
        <translation>其中有 {what}。</translation>
    </message>
    <message>
        <source>The settings in it are taken as well.</source>
        <translation>其中的设置也会采用。</translation>
    </message>
    <message>
        <source>The library as it is now is kept beside it. The window closes and opens again.</source>
        <translation>现在的文库会保留在旁边。窗口将关闭并重新打开。</translation>
    </message>
    <message>
        <source>Put the backup of {day} in the library’s place?</source>
        <translation>用 {day} 的备份替换文库？</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Repair the library?</source>
        <translation>修复文库？</translation>
    </message>
    <message>
        <source>The window closes, and opens again when it is done. The damaged file is kept.</source>
        <translation>窗口将关闭，完成后重新打开。损坏的文件会保留。</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>LicenceText</name>
    <message>
        <source>Licence of {name}</source>
        <translation>{name} 的许可证</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Line</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Default: {value}</source>
        <translation>默认：{value}</translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>Back to the sources</source>
        <translation>返回来源</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
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
        <source>No article of “{list}” contains these words.</source>
        <translation>“{list}”中没有文章包含这些词。</translation>
    </message>
    <message>
        <source>Search everywhere</source>
        <translation>搜索全部</translation>
    </message>
    <message>
        <source>No article is found by “{query}” now. What comes later will stand here.</source>
        <translation>目前没有文章符合“{query}”，以后有了会出现在这里。</translation>
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
        <translation>自 {date} 起未能刷新</translation>
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
    <name>Marking</name>
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
        <source>What is bookmarked stays: remove its bookmark first.</source>
        <translation>有书签的文章会保留：请先移除书签。</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：“{title}”</translation>
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
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Outside</name>
    <message>
        <source>This article has no page on the web.</source>
        <translation>这篇文章没有网页。</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>已复制：{text}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>Find commands, sources, tags, articles and settings</source>
        <translation>查找命令、来源、标签、文章和设置</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>第 {n} 项，共 {count} 项</translation>
    </message>
</context>
<context>
    <name>PartList</name>
    <message>
        <source>Libraries and licences</source>
        <translation>所用程序库与许可证</translation>
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
    <name>Places</name>
    <message>
        <source>Library</source>
        <translation>文库</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show: {name}</source>
        <translation>显示：{name}</translation>
    </message>
</context>
<context>
    <name>Privacy</name>
    <message>
        <source>Feeds: {feeds}. Their servers: {servers}. Pictures: as the page on pictures says.</source>
        <translation>订阅：{feeds}。所在服务器：{servers}。图片：依“图片”页的设置。</translation>
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
    <name>RefreshWords</name>
    <message>
        <source>This library can only be read; nothing is changed.</source>
        <translation>文库只读，不会有任何改动。</translation>
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
</context>
<context>
    <name>Rescue</name>
    <message>
        <source>The library is damaged</source>
        <translation>文库已损坏</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Restore this backup</source>
        <translation>恢复这份备份</translation>
    </message>
    <message>
        <source>Restore a file…</source>
        <translation>从文件恢复…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Open the library</source>
        <translation>打开文库</translation>
    </message>
    <message>
        <source>Repair saves what can be read into a new file, and brings bookmarks, tags and notes back from the journal. Or put a backup in its place. Either way the damaged file is kept beside the new one. Quit changes nothing.</source>
        <translation>修复会把还能读出的内容存入新文件，并由日志找回书签、标签和笔记。也可以用备份替换它。无论哪种，损坏的文件都保留在新文件旁边。退出则不作任何改动。</translation>
    </message>
    <message>
        <source>Backups (*.zip *.sqlite3)</source>
        <translation>备份 (*.zip *.sqlite3)</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>Repairing the library…</source>
        <translation>正在修复文库…</translation>
    </message>
    <message>
        <source>What can be read is saved into a new file.</source>
        <translation>还能读出的内容会存入新文件。</translation>
    </message>
    <message>
        <source>Putting the backup back…</source>
        <translation>正在恢复备份…</translation>
    </message>
    <message>
        <source>Now in the library: {what}.</source>
        <translation>文库中现有：{what}。</translation>
    </message>
    <message>
        <source>Articles that have lost their text, and keep title and summary: {count}.</source>
        <translation>失去正文、只剩标题与摘要的文章：{count} 篇。</translation>
    </message>
    <message>
        <source>Articles that have lost their source, and stand in “Kept”: {count}.</source>
        <translation>失去来源、归入“留存”的文章：{count} 篇。</translation>
    </message>
    <message>
        <source>Bookmarks that have lost their article: {count}.</source>
        <translation>失去文章的书签：{count} 个。</translation>
    </message>
    <message>
        <source>The damaged file is kept as {name}.</source>
        <translation>损坏的文件保留为 {name}。</translation>
    </message>
    <message>
        <source>The library is repaired</source>
        <translation>文库已修复</translation>
    </message>
    <message>
        <source>What was there is kept as {name}.</source>
        <translation>原来的文库保留为 {name}。</translation>
    </message>
    <message>
        <source>The backup is back</source>
        <translation>备份已恢复</translation>
    </message>
    <message>
        <source>It could not be done</source>
        <translation>未能完成</translation>
    </message>
</context>
<context>
    <name>Retention</name>
    <message>
        <source>Remove them now</source>
        <translation>立即移除</translation>
    </message>
    <message>
        <source>Nothing.</source>
        <translation>没有。</translation>
    </message>
    <message>
        <source>It would remove {articles}. They can be brought back from the history for 30 days.</source>
        <translation>将移除 {articles}，30 天内可从历史记录恢复。</translation>
    </message>
    <message>
        <source>{articles} go within some minutes. They can be brought back from the history for 30 days.</source>
        <translation>{articles}将在几分钟内移除，30 天内可从历史记录恢复。</translation>
    </message>
    <message>
        <source>They are being removed.</source>
        <translation>正在移除。</translation>
    </message>
</context>
<context>
    <name>Safekeeping</name>
    <message>
        <source>Writing a backup</source>
        <translation>正在写入备份</translation>
    </message>
    <message>
        <source>Checking the library</source>
        <translation>正在检查文库</translation>
    </message>
    <message>
        <source>another long work is not done yet</source>
        <translation>另一项耗时操作尚未完成</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search all articles</source>
        <translation>搜索全部文章</translation>
    </message>
    <message>
        <source>Where to search: {where}</source>
        <translation>搜索范围：{where}</translation>
    </message>
    <message>
        <source>Search in “{list}”</source>
        <translation>在“{list}”中搜索</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>In: {list}</source>
        <translation>范围：{list}</translation>
    </message>
    <message>
        <source>More than {count} results</source>
        <translation>超过 {count} 个结果</translation>
    </message>
    <message>
        <source>1 result</source>
        <translation>1 个结果</translation>
    </message>
    <message>
        <source>{count} results</source>
        <translation>{count} 个结果</translation>
    </message>
    <message>
        <source>No results</source>
        <translation>没有结果</translation>
    </message>
</context>
<context>
    <name>Selecting</name>
    <message>
        <source>Mark as read or unread</source>
        <translation>标为已读或未读</translation>
    </message>
    <message>
        <source>Bookmark, or let go</source>
        <translation>加上或移除书签</translation>
    </message>
    <message>
        <source>Add tags…</source>
        <translation>添加标签…</translation>
    </message>
    <message>
        <source>Copy the links</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{count} articles selected</source>
        <translation>已选中 {count} 篇</translation>
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
        <source>Nothing to mark there.</source>
        <translation>那里没有可标记的文章。</translation>
    </message>
    <message>
        <source>1 article bookmarked</source>
        <translation>已为 1 篇文章加书签</translation>
    </message>
    <message>
        <source>{count} articles bookmarked</source>
        <translation>已为 {count} 篇文章加书签</translation>
    </message>
    <message>
        <source>1 bookmark removed</source>
        <translation>已移除 1 个书签</translation>
    </message>
    <message>
        <source>{count} bookmarks removed</source>
        <translation>已移除 {count} 个书签</translation>
    </message>
    <message>
        <source>1 article removed</source>
        <translation>已移除 1 篇文章</translation>
    </message>
    <message>
        <source>{count} articles removed</source>
        <translation>已移除 {count} 篇文章</translation>
    </message>
    <message>
        <source>What is bookmarked stays: remove its bookmark first.</source>
        <translation>有书签的文章会保留：请先移除书签。</translation>
    </message>
    <message>
        <source>{count} links copied</source>
        <translation>已复制 {count} 个链接</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>1 article tagged</source>
        <translation>已为 1 篇文章加标签</translation>
    </message>
    <message>
        <source>{count} articles tagged</source>
        <translation>已为 {count} 篇文章加标签</translation>
    </message>
</context>
<context>
    <name>SettingsFile</name>
    <message>
        <source>Export settings…</source>
        <translation>导出设置…</translation>
    </message>
    <message>
        <source>Import settings…</source>
        <translation>导入设置…</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>显示文件</translation>
    </message>
    <message>
        <source>Export settings</source>
        <translation>导出设置</translation>
    </message>
    <message>
        <source>Settings (*.json)</source>
        <translation>设置 (*.json)</translation>
    </message>
    <message>
        <source>{file} cannot be written: {detail}.</source>
        <translation>无法写入 {file}：{detail}。</translation>
    </message>
    <message>
        <source>Exported to {file}.</source>
        <translation>已导出到 {file}。</translation>
    </message>
    <message>
        <source>Import settings</source>
        <translation>导入设置</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>No setting is called so.</source>
        <translation>没有这样的设置。</translation>
    </message>
</context>
<context>
    <name>Showing</name>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Next article</source>
        <translation>下一篇</translation>
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
        <source>In “{name}”</source>
        <translation>位于“{name}”</translation>
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
    <name>SmartDialog</name>
    <message>
        <source>Smart folder</source>
        <translation>智能文件夹</translation>
    </message>
    <message>
        <source>As the search reads</source>
        <translation>与搜索词相同</translation>
    </message>
    <message>
        <source>Words to look for</source>
        <translation>要查找的词</translation>
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
        <source>Also: title: author: source: tag: is:unread is:bookmarked after:2024 -word OR &quot;a phrase&quot;</source>
        <translation>还可用：title: author: source: tag: is:unread is:bookmarked after:2024 -词 OR &quot;短语&quot;</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Write a word, or a condition such as is:bookmarked.</source>
        <translation>请写一个词，或 is:bookmarked 之类的条件。</translation>
    </message>
    <message>
        <source>{articles}, {count} unread</source>
        <translation>{articles}，{count} 篇未读</translation>
    </message>
</context>
<context>
    <name>SmartFolders</name>
    <message>
        <source>A smart folder cannot look in this list alone: search everywhere.</source>
        <translation>智能文件夹不能只查这个列表，请搜索全部。</translation>
    </message>
    <message>
        <source>Saved as smart folder: “{name}”</source>
        <translation>已存为智能文件夹：“{name}”</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：“{title}”</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>标为已读</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Edit the search…</source>
        <translation>编辑搜索…</translation>
    </message>
    <message>
        <source>Copy the search</source>
        <translation>复制搜索</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
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
        <source>“{before}” is called “{title}” now</source>
        <translation>“{before}”现在叫“{title}”</translation>
    </message>
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
    <name>Storing</name>
    <message>
        <source>Storing what you did to {count} articles…</source>
        <translation>正在保存对 {count} 篇文章的操作…</translation>
    </message>
</context>
<context>
    <name>Surroundings</name>
    <message>
        <source>This desktop has no place for an icon: the window stays as it is.</source>
        <translation>这个桌面没有放图标的地方，窗口照旧。</translation>
    </message>
    <message>
        <source>Nothing here shows notifications: new articles are counted in the sidebar.</source>
        <translation>这里无法显示通知，新文章数见边栏。</translation>
    </message>
</context>
<context>
    <name>TagPopover</name>
    <message>
        <source>Tags and note</source>
        <translation>标签与笔记</translation>
    </message>
    <message>
        <source>Remove the tag “{word}”</source>
        <translation>移除标签“{word}”</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>Add the tag “{word}”</source>
        <translation>添加标签“{word}”</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Tags of {count} articles</source>
        <translation>{count} 篇文章的标签</translation>
    </message>
    <message>
        <source>What has a tag or a note is bookmarked.</source>
        <translation>加标签或笔记的文章会同时加书签。</translation>
    </message>
    <message>
        <source>What gets a tag is bookmarked.</source>
        <translation>加标签的文章会同时加书签。</translation>
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
    <name>Tray</name>
    <message>
        <source>Inkstone, {count} unread</source>
        <translation>Inkstone，{count} 篇未读</translation>
    </message>
    <message>
        <source>Open Inkstone</source>
        <translation>打开 Inkstone</translation>
    </message>
</context>
<context>
    <name>TroublePopover</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Look after the library…</source>
        <translation>备份与修复文库…</translation>
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
    <name>Viewer</name>
    <message>
        <source>Article</source>
        <translation>文章</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>This library is on a network drive: use it from one computer at a time.</source>
        <translation>这个文库在网络驱动器上，请勿在多台电脑上同时使用。</translation>
    </message>
    <message>
        <source>Something unexpected happened. What you did is saved.</source>
        <translation>出了意外的问题。你做的操作都已保存。</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>“{name}” is no article of this library.</source>
        <translation>“{name}”不是这个文库中的文章。</translation>
    </message>
</context>
<context>
    <name>_Delegate</name>
    <message>
        <source>Press the keys · Esc leaves it · Backspace clears</source>
        <translation>请按快捷键 · Esc 保持不变 · Backspace 清除</translation>
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
    <name>_Foot</name>
    <message>
        <source>commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>标签</translation>
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
    <name>details</name>
    <message>
        <source>it is not JSON</source>
        <translation>不是 JSON</translation>
    </message>
    <message>
        <source>it holds no settings</source>
        <translation>其中没有设置</translation>
    </message>
    <message>
        <source>it is larger than {size} MB</source>
        <translation>超过 {size} MB</translation>
    </message>
    <message>
        <source>unpacked it is larger than {size} MB</source>
        <translation>解压后超过 {size} MB</translation>
    </message>
    <message>
        <source>this is no OPML list of feeds</source>
        <translation>不是 OPML 订阅列表</translation>
    </message>
    <message>
        <source>no feed</source>
        <translation>没有订阅源</translation>
    </message>
    <message>
        <source>no instance of RSSHub is set for this address</source>
        <translation>没有为这个地址设置 RSSHub 服务器</translation>
    </message>
    <message>
        <source>the instance gives a page instead of a feed</source>
        <translation>服务器返回的是网页而不是订阅源</translation>
    </message>
    <message>
        <source>the document is empty</source>
        <translation>内容为空</translation>
    </message>
    <message>
        <source>this is {what}, not a feed</source>
        <translation>这是 {what}，不是订阅源</translation>
    </message>
    <message>
        <source>the document is broken gzip data</source>
        <translation>gzip 数据已损坏</translation>
    </message>
    <message>
        <source>there is no XML in it</source>
        <translation>其中没有 XML</translation>
    </message>
    <message>
        <source>the XML is too broken to be read</source>
        <translation>XML 损坏严重，无法读取</translation>
    </message>
    <message>
        <source>broken JSON: {problem}</source>
        <translation>JSON 有误：{problem}</translation>
    </message>
    <message>
        <source>the JSON is nested too deep</source>
        <translation>JSON 嵌套过深</translation>
    </message>
    <message>
        <source>this is JSON, but not a JSON Feed</source>
        <translation>这是 JSON，但不是 JSON Feed</translation>
    </message>
    <message>
        <source>is not a folder</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>文件或文件夹不存在</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>no such host: {host}</source>
        <translation>找不到主机 {host}</translation>
    </message>
    <message>
        <source>connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>private address: {address}</source>
        <translation>私有地址 {address}</translation>
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
        <source>The library {path} is gone{detail}. Its journal is there: a repair brings it back.</source>
        <translation>文库 {path} 不见了{detail}。它的日志还在：修复即可恢复。</translation>
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
    <message>
        <source>It was stopped; nothing was changed.</source>
        <translation>已停止，没有任何改动。</translation>
    </message>
</context>
<context>
    <name>notes</name>
    <message>
        <source>front matter, line {line}: “{value}” is no date</source>
        <translation>头信息第 {line} 行：“{value}”不是日期</translation>
    </message>
    <message>
        <source>front matter: “{value}” is no date</source>
        <translation>头信息：“{value}”不是日期</translation>
    </message>
    <message>
        <source>front matter, line {line}: opened, but never closed</source>
        <translation>头信息从第 {line} 行开始，但没有结束</translation>
    </message>
    <message>
        <source>front matter, line {line}: “{key}” was said above already; the last one counts</source>
        <translation>头信息第 {line} 行：“{key}”前面已有，以最后一个为准</translation>
    </message>
    <message>
        <source>front matter, line {line}: longer than {size} KB, read line by line</source>
        <translation>头信息第 {line} 行：超过 {size} KB，逐行读取</translation>
    </message>
    <message>
        <source>front matter, line {line}: JSON that cannot be read</source>
        <translation>头信息第 {line} 行：JSON 无法读取</translation>
    </message>
    <message>
        <source>front matter, line {line}: not a list of fields; read line by line</source>
        <translation>头信息第 {line} 行：不是字段列表，逐行读取</translation>
    </message>
    <message>
        <source>front matter, line {line}: more than {count} values; read line by line</source>
        <translation>头信息第 {line} 行：超过 {count} 个值，逐行读取</translation>
    </message>
    <message>
        <source>front matter, line {line}: {problem}; read line by line</source>
        <translation>头信息第 {line} 行：{problem}；逐行读取</translation>
    </message>
    <message>
        <source>not UTF-8: read as {encoding}</source>
        <translation>不是 UTF-8：按 {encoding} 读取</translation>
    </message>
    <message>
        <source>line {line}: not valid UTF-8 (1 bad place, shown as {sign})</source>
        <translation>第 {line} 行：不是有效的 UTF-8（1 处错误，显示为 {sign}）</translation>
    </message>
    <message>
        <source>line {line}: not valid UTF-8 ({count} bad places, shown as {sign})</source>
        <translation>第 {line} 行：不是有效的 UTF-8（{count} 处错误，显示为 {sign}）</translation>
    </message>
    <message>
        <source>not valid {encoding} (1 bad place, shown as {sign})</source>
        <translation>不是有效的 {encoding}（1 处错误，显示为 {sign}）</translation>
    </message>
    <message>
        <source>not valid {encoding} ({count} bad places, shown as {sign})</source>
        <translation>不是有效的 {encoding}（{count} 处错误，显示为 {sign}）</translation>
    </message>
    <message>
        <source>line {line}: &apos;{value}&apos; is not a date</source>
        <translation>第 {line} 行：“{value}”不是日期</translation>
    </message>
    <message>
        <source>&apos;{value}&apos; is not a date</source>
        <translation>“{value}”不是日期</translation>
    </message>
    <message>
        <source>{problem}: shown as text</source>
        <translation>{problem}：按纯文本显示</translation>
    </message>
</context>
</TS>
