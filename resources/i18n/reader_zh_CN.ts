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
        <source>Sans</source>
        <translation>无衬线</translation>
    </message>
    <message>
        <source>Serif</source>
        <translation>衬线</translation>
    </message>
    <message>
        <source>Wider lines</source>
        <translation>加宽正文</translation>
    </message>
    <message>
        <source>Narrower lines</source>
        <translation>收窄正文</translation>
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
        <source>Rename…</source>
        <translation>重命名…</translation>
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
        <source>Remove…</source>
        <translation>移除…</translation>
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
        <source>Opened files</source>
        <translation>打开过的文件</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>留存</translation>
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
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation>{first}{second}</translation>
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
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Asking {address}…</source>
        <translation>正在询问 {address}…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>“{title}” was added. Its page has other feeds, too:</source>
        <translation>已添加“{title}”。该页面还有其他订阅：</translation>
    </message>
    <message>
        <source>Add {feed}</source>
        <translation>添加 {feed}</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>已添加</translation>
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
        <source>Refresh progress</source>
        <translation>刷新进度</translation>
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
        <source>No account. No telemetry. Inkstone contacts only the sources that you add.</source>
        <translation>无账号，无遥测。Inkstone 只联系你添加的来源。</translation>
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
        <source>trouble</source>
        <translation>出错</translation>
    </message>
    <message>
        <source>{count} unread</source>
        <translation>{count} 篇未读</translation>
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
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Stop refreshing</source>
        <translation>停止刷新</translation>
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
        <source>{added}. Passed over: {count}, first: {first}</source>
        <translation>{added}。略过 {count} 条，第一条：{first}</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Remove “{title}” and its articles? Bookmarked articles stay in “Kept”; files stay where they are.</source>
        <translation>移除“{title}”及其文章？加了书签的文章会保留在“留存”中，文件留在原处不动。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
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
        <source>Nothing was asked: the server wants no visit before {time}.</source>
        <translation>没有发出请求：服务器要求 {time} 之后再来。</translation>
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
        <source>Reading was given up after {seconds} seconds ({task}).</source>
        <translation>读取超过 {seconds} 秒，已放弃（{task}）。</translation>
    </message>
    <message>
        <source>As root the page engine would need its sandbox switched off, which Inkstone never does by itself: start it as an ordinary user, or set QTWEBENGINE_DISABLE_SANDBOX=1.</source>
        <translation>以 root 身份运行时，页面引擎须关闭沙箱，而 Inkstone 绝不自行关闭：请以普通用户启动，或设置 QTWEBENGINE_DISABLE_SANDBOX=1。</translation>
    </message>
</context>
</TS>
