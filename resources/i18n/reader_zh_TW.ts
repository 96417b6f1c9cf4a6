<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Moving</source>
        <translation>移動</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>閱讀</translation>
    </message>
    <message>
        <source>Keeping</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>檢視</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>視窗</translation>
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
        <translation>下一篇未讀</translation>
    </message>
    <message>
        <source>Page down, at the end the next unread article</source>
        <translation>向下翻頁，到底則前往下一篇未讀</translation>
    </message>
    <message>
        <source>Page up</source>
        <translation>向上翻頁</translation>
    </message>
    <message>
        <source>Next source</source>
        <translation>下一個來源</translation>
    </message>
    <message>
        <source>Previous source</source>
        <translation>上一個來源</translation>
    </message>
    <message>
        <source>Open the article</source>
        <translation>開啟文章</translation>
    </message>
    <message>
        <source>Back to the article before</source>
        <translation>回到上一篇</translation>
    </message>
    <message>
        <source>Forward again</source>
        <translation>再次前進</translation>
    </message>
    <message>
        <source>To the pane on the left</source>
        <translation>到左邊的窗格</translation>
    </message>
    <message>
        <source>To the pane on the right</source>
        <translation>到右邊的窗格</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>標為已讀或未讀</translation>
    </message>
    <message>
        <source>Mark the list as read</source>
        <translation>將清單全部標為已讀</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>History</source>
        <translation>歷程記錄</translation>
    </message>
    <message>
        <source>Remove the article</source>
        <translation>移除這篇文章</translation>
    </message>
    <message>
        <source>Find in the article</source>
        <translation>在文章中尋找</translation>
    </message>
    <message>
        <source>Cleaned, original words, source</source>
        <translation>切換淨化版、原文、原始碼</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>縮小文字</translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation>預設字級</translation>
    </message>
    <message>
        <source>Nothing but the article</source>
        <translation>只看文章</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>列印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>另存為 PDF…</translation>
    </message>
    <message>
        <source>See the picture in view large</source>
        <translation>放大檢視眼前的圖片</translation>
    </message>
    <message>
        <source>Load the pictures of this article</source>
        <translation>載入本文的圖片</translation>
    </message>
    <message>
        <source>Picture doctor</source>
        <translation>圖片診斷</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>加入書籤</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>複製連結</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>書籤</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>繼續閱讀</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>所有文章</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜尋</translation>
    </message>
    <message>
        <source>Unread only</source>
        <translation>只看未讀</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>由舊到新</translation>
    </message>
    <message>
        <source>Add a feed…</source>
        <translation>新增訂閱…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>開啟資料夾…</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>開啟檔案…</translation>
    </message>
    <message>
        <source>Import OPML…</source>
        <translation>匯入 OPML…</translation>
    </message>
    <message>
        <source>Export OPML…</source>
        <translation>匯出 OPML…</translation>
    </message>
    <message>
        <source>Feeds’ health</source>
        <translation>訂閱的健康狀況</translation>
    </message>
    <message>
        <source>Pictures…</source>
        <translation>圖片…</translation>
    </message>
    <message>
        <source>Properties of the source</source>
        <translation>來源的屬性</translation>
    </message>
    <message>
        <source>Refresh all sources</source>
        <translation>重新整理所有來源</translation>
    </message>
    <message>
        <source>Stop refreshing</source>
        <translation>停止重新整理</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快速鍵</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>清單密度</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>寬鬆</translation>
    </message>
    <message>
        <source>Cosy</source>
        <translation>適中</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>緊密</translation>
    </message>
    <message>
        <source>About Inkstone</source>
        <translation>關於 Inkstone</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>標為已讀</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>複製網址</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在檔案管理員中顯示</translation>
    </message>
    <message>
        <source>Open its site</source>
        <translation>開啟網站</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重新命名</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Dissolve, and keep its sources</source>
        <translation>解散資料夾，保留其中的來源</translation>
    </message>
    <message>
        <source>Remove its {count} sources</source>
        <translation>移除其中的 {count} 個來源</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>移到</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新增資料夾</translation>
    </message>
    <message>
        <source>Out of all folders</source>
        <translation>移出所有資料夾</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>標為未讀</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>移除書籤</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Copy as a quotation</source>
        <translation>複製為引文</translation>
    </message>
    <message>
        <source>Search for it</source>
        <translation>搜尋這段文字</translation>
    </message>
    <message>
        <source>Open the link in the browser</source>
        <translation>在瀏覽器中開啟連結</translation>
    </message>
    <message>
        <source>Copy the link’s address</source>
        <translation>複製連結位址</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>依照系統</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Sepia</source>
        <translation>米黃</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>高對比（淺色）</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>高對比（深色）</translation>
    </message>
    <message>
        <source>No articles</source>
        <translation>沒有文章</translation>
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
        <translation>約 {minutes} 分鐘</translation>
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
        <translation>如果需要登入，請寫在主機名稱之前：https://name:password@host/。</translation>
    </message>
    <message>
        <source>Look for a slip in the address, or give the site’s front page.</source>
        <translation>請檢查位址有無筆誤，或改填網站首頁。</translation>
    </message>
    <message>
        <source>That is the server’s trouble; try again later.</source>
        <translation>這是伺服器的問題，請稍後再試。</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>請稍後再試。</translation>
    </message>
    <message>
        <source>Look for a slip in the address, and whether you are online.</source>
        <translation>請檢查位址有無筆誤，以及是否已連上網路。</translation>
    </message>
    <message>
        <source>Give the address of the feed itself, or the site’s front page.</source>
        <translation>請填寫訂閱源本身的位址，或網站首頁。</translation>
    </message>
    <message>
        <source>Opened files</source>
        <translation>開啟過的檔案</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>留存</translation>
    </message>
    <message>
        <source>{source}, also in {others}</source>
        <translation>{source}，另見於 {others}</translation>
    </message>
    <message>
        <source>script</source>
        <translation>指令碼</translation>
    </message>
    <message>
        <source>style sheet</source>
        <translation>樣式表</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>form</source>
        <translation>表單</translation>
    </message>
    <message>
        <source>plug-in object</source>
        <translation>外掛物件</translation>
    </message>
    <message>
        <source>event handler</source>
        <translation>事件處理常式</translation>
    </message>
    <message>
        <source>tracking pixel</source>
        <translation>追蹤像素</translation>
    </message>
    <message>
        <source>tracking parameter</source>
        <translation>追蹤參數</translation>
    </message>
    <message>
        <source>script in a link</source>
        <translation>連結中的指令碼</translation>
    </message>
    <message>
        <source>link that cannot be followed</source>
        <translation>無法開啟的連結</translation>
    </message>
    <message>
        <source>picture address that cannot be used</source>
        <translation>無法使用的圖片網址</translation>
    </message>
    <message>
        <source>placeholder picture</source>
        <translation>預留位置圖片</translation>
    </message>
    <message>
        <source>comment</source>
        <translation>註解</translation>
    </message>
    <message>
        <source>page instruction</source>
        <translation>頁面指令</translation>
    </message>
    <message>
        <source>external resource</source>
        <translation>外部資源</translation>
    </message>
    <message>
        <source>drawing</source>
        <translation>向量圖</translation>
    </message>
    <message>
        <source>formula markup</source>
        <translation>公式標記</translation>
    </message>
    <message>
        <source>too deep nesting</source>
        <translation>過深的巢狀結構</translation>
    </message>
    <message>
        <source>unreadable part</source>
        <translation>無法讀取的部分</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 thing removed: {kinds}</source>
        <translation>已移除 1 處：{kinds}</translation>
    </message>
    <message>
        <source>{count} things removed: {kinds}</source>
        <translation>已移除 {count} 處：{kinds}</translation>
    </message>
    <message>
        <source>{kind}: {count}</source>
        <translation>{kind}：{count}</translation>
    </message>
    <message>
        <source>The picture’s server cannot be reached</source>
        <translation>連不上圖片伺服器</translation>
    </message>
    <message>
        <source>The picture’s server refused it</source>
        <translation>圖片伺服器拒絕了要求</translation>
    </message>
    <message>
        <source>The picture is no longer there</source>
        <translation>圖片已不存在</translation>
    </message>
    <message>
        <source>The picture’s server took too long</source>
        <translation>圖片伺服器回應太慢</translation>
    </message>
    <message>
        <source>The picture is too large</source>
        <translation>圖片太大</translation>
    </message>
    <message>
        <source>What the server sent is not a picture</source>
        <translation>伺服器傳來的不是圖片</translation>
    </message>
    <message>
        <source>The picture would unpack to an unreasonable size</source>
        <translation>圖片解開後大得離譜</translation>
    </message>
    <message>
        <source>The picture’s address may not be contacted</source>
        <translation>不允許連線到這個圖片網址</translation>
    </message>
    <message>
        <source>Waiting for the network</source>
        <translation>等待網路</translation>
    </message>
    <message>
        <source>The article is complete; only this picture is missing.</source>
        <translation>文章完整，只缺這張圖。</translation>
    </message>
    <message>
        <source>It answered {status}, without and with a referrer.</source>
        <translation>不論有無參照網址，它都回應 {status}。</translation>
    </message>
    <message>
        <source>This picture was not stored before you went offline.</source>
        <translation>離線前沒有存下這張圖。</translation>
    </message>
    <message>
        <source>The server answered {status}.</source>
        <translation>伺服器回應 {status}。</translation>
    </message>
    <message>
        <source>The picture cannot be shown</source>
        <translation>圖片無法顯示</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} 位元組</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>為什麼？</translation>
    </message>
    <message>
        <source>Picture not loaded</source>
        <translation>圖片未載入</translation>
    </message>
    <message>
        <source>Load picture</source>
        <translation>載入圖片</translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation>{first}{second}</translation>
    </message>
    <message>
        <source>Failing for {span}</source>
        <translation>已失敗 {span}</translation>
    </message>
    <message>
        <source>Silent for {span}</source>
        <translation>已 {span}沒有新文章</translation>
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
        <translation>出錯</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>沒有新文章</translation>
    </message>
    <message>
        <source>Not refreshed yet</source>
        <translation>尚未重新整理</translation>
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
        <translation>從不</translation>
    </message>
    <message>
        <source>{count} times in a row.</source>
        <translation>已連續 {count} 次。</translation>
    </message>
    <message>
        <source>Only when you ask</source>
        <translation>僅在你要求時</translation>
    </message>
    <message>
        <source>With the next refresh</source>
        <translation>下次重新整理時</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation>1 分鐘</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} 分鐘</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小時</translation>
    </message>
    <message>
        <source>{count} hours</source>
        <translation>{count} 小時</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation>{count} 天</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>另存為 PDF</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF 檔案 (*.pdf)</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Held on this computer</source>
        <translation>已存在本機</translation>
    </message>
    <message>
        <source>A part of the article or of its folder</source>
        <translation>文章或其資料夾的一部分</translation>
    </message>
    <message>
        <source>Not asked for yet</source>
        <translation>尚未請求</translation>
    </message>
    <message>
        <source>The picture came</source>
        <translation>圖片已取得</translation>
    </message>
    <message>
        <source>A part of the picture came</source>
        <translation>只取得圖片的一部分</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>沒有回應</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒絕</translation>
    </message>
    <message>
        <source>Not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Took too long</source>
        <translation>耗時太久</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>Not a picture</source>
        <translation>不是圖片</translation>
    </message>
    <message>
        <source>Would unpack to an unreasonable size</source>
        <translation>解開後大得離譜</translation>
    </message>
    <message>
        <source>An address that may not be contacted</source>
        <translation>不允許存取的位址</translation>
    </message>
    <message>
        <source>Referrer: {address}</source>
        <translation>來源頁（Referer）：{address}</translation>
    </message>
    <message>
        <source>No referrer</source>
        <translation>不帶來源頁（Referer）</translation>
    </message>
    <message>
        <source>kept with the bookmark</source>
        <translation>隨書籤保留</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>尚無</translation>
    </message>
    <message>
        <source>no referrer works</source>
        <translation>不帶來源頁可行</translation>
    </message>
    <message>
        <source>the referrer of the table works</source>
        <translation>用內建表中的來源頁可行</translation>
    </message>
    <message>
        <source>the picture’s own site as referrer works</source>
        <translation>以圖片所在網站為來源頁可行</translation>
    </message>
    <message>
        <source>the article’s address as referrer works</source>
        <translation>以文章位址為來源頁可行</translation>
    </message>
    <message>
        <source>by the other scheme</source>
        <translation>換用另一種協定</translation>
    </message>
    <message>
        <source>through your picture proxy</source>
        <translation>經由你的圖片代理</translation>
    </message>
    <message>
        <source>at another address of it</source>
        <translation>用它的另一個位址</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已將 1 篇標為已讀</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已將 {count} 篇標為已讀</translation>
    </message>
    <message>
        <source>1 article marked as unread</source>
        <translation>已將 1 篇標為未讀</translation>
    </message>
    <message>
        <source>{count} articles marked as unread</source>
        <translation>已將 {count} 篇標為未讀</translation>
    </message>
    <message>
        <source>Bookmark removed: “{title}”</source>
        <translation>已移除書籤：「{title}」</translation>
    </message>
    <message>
        <source>“{title}” removed with 1 article</source>
        <translation>已移除「{title}」及其 1 篇文章</translation>
    </message>
    <message>
        <source>“{title}” removed with {count} articles</source>
        <translation>已移除「{title}」及其 {count} 篇文章</translation>
    </message>
    <message>
        <source>1 old article removed by itself</source>
        <translation>自動移除了 1 篇舊文章</translation>
    </message>
    <message>
        <source>{count} old articles removed by themselves</source>
        <translation>自動移除了 {count} 篇舊文章</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：「{title}」</translation>
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
        <translation>新增訂閱</translation>
    </message>
    <message>
        <source>https://example.org or its feed</source>
        <translation>https://example.org 或其訂閱網址</translation>
    </message>
    <message>
        <source>Address of a site or a feed</source>
        <translation>網站或訂閱的網址</translation>
    </message>
    <message>
        <source>Folder in the sidebar (optional)</source>
        <translation>放入側邊欄資料夾（選填）</translation>
    </message>
    <message>
        <source>Folder in the sidebar</source>
        <translation>側邊欄資料夾</translation>
    </message>
    <message>
        <source>Inkstone reads this address and nothing else.</source>
        <translation>Inkstone 只讀取這個網址。</translation>
    </message>
    <message>
        <source>Feeds that were found</source>
        <translation>找到的訂閱源</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Accept this certificate</source>
        <translation>接受這張憑證</translation>
    </message>
    <message>
        <source>Asking {address}…</source>
        <translation>正在詢問 {address}…</translation>
    </message>
    <message>
        <source>Asking {address}… ({done} of {total})</source>
        <translation>正在詢問 {address}…（{done}/{total}）</translation>
    </message>
    <message>
        <source>You follow “{title}” already.</source>
        <translation>你已經訂閱了「{title}」。</translation>
    </message>
    <message>
        <source>This address leads to {count} feeds. Which do you want?</source>
        <translation>這個位址有 {count} 個訂閱源，要哪些？</translation>
    </message>
    <message>
        <source>newest {date}</source>
        <translation>最新 {date}</translation>
    </message>
    <message>
        <source>followed already</source>
        <translation>已訂閱</translation>
    </message>
    <message>
        <source>Add {count} feeds</source>
        <translation>加入 {count} 個訂閱</translation>
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
        <translation>載入中</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>bookmarked</source>
        <translation>已加書籤</translation>
    </message>
</context>
<context>
    <name>ArticlePane</name>
    <message>
        <source>Text and theme</source>
        <translation>文字與主題</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>標為已讀或未讀</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>加入書籤</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回清單</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>移除書籤</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>標為未讀</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>標為已讀</translation>
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
        <translation>進度</translation>
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
        <translation>在文章中尋找</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一處</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一處</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} / {all}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>無結果</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>What would you like to read?</source>
        <translation>想讀點什麼？</translation>
    </message>
    <message>
        <source>Inkstone reads what you keep and what you follow, in one quiet list.</source>
        <translation>你收藏的、你追蹤的，都在一份清靜的清單裡。</translation>
    </message>
    <message>
        <source>Add a feed</source>
        <translation>新增訂閱</translation>
    </message>
    <message>
        <source>Paste the address of a site, a feed or an RSSHub route</source>
        <translation>貼上網站、訂閱或 RSSHub 網址</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Markdown and HTML files, where they are</source>
        <translation>Markdown 與 HTML，留在原處</translation>
    </message>
    <message>
        <source>Import OPML</source>
        <translation>匯入 OPML</translation>
    </message>
    <message>
        <source>Your list from another reader, with its folders</source>
        <translation>從其他閱讀器帶來訂閱與資料夾</translation>
    </message>
    <message>
        <source>Or look around first:</source>
        <translation>或者先隨意看看：</translation>
    </message>
    <message>
        <source>open the sample library</source>
        <translation>開啟範例文庫</translation>
    </message>
    <message>
        <source>You can also drop a link, a folder or an OPML file anywhere in this window.</source>
        <translation>也可以把連結、資料夾或 OPML 檔案拖進視窗。</translation>
    </message>
    <message>
        <source>No account. No telemetry. Inkstone contacts only the sources that you add and the servers of the pictures in their articles.</source>
        <translation>無需帳號，沒有遙測。Inkstone 只連線到你加入的來源，以及文章圖片所在的伺服器。</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose a folder</source>
        <translation>選擇資料夾</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>不放入資料夾</translation>
    </message>
</context>
<context>
    <name>HealthModel</name>
    <message>
        <source>Source</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近的錯誤</translation>
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
        <translation>下次嘗試</translation>
    </message>
</context>
<context>
    <name>HealthView</name>
    <message>
        <source>Feeds’ health</source>
        <translation>訂閱的健康狀況</translation>
    </message>
    <message>
        <source>Refresh now</source>
        <translation>立即重新整理</translation>
    </message>
    <message>
        <source>Open its site</source>
        <translation>開啟它的網站</translation>
    </message>
    <message>
        <source>Change the address…</source>
        <translation>變更位址…</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{count} gone for good</source>
        <translation>{count} 個已永久消失</translation>
    </message>
    <message>
        <source>{count} failing for 7 days and more</source>
        <translation>{count} 個出錯達 7 天以上</translation>
    </message>
    <message>
        <source>{count} failing</source>
        <translation>{count} 個出錯</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} 個等待中</translation>
    </message>
    <message>
        <source>{count} silent for 90 days and more</source>
        <translation>{count} 個 90 天以上沒有新文章</translation>
    </message>
    <message>
        <source>{count} fine</source>
        <translation>{count} 個正常</translation>
    </message>
</context>
<context>
    <name>HistoryList</name>
    <message>
        <source>History</source>
        <translation>歷程記錄</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>復原：{what}</translation>
    </message>
</context>
<context>
    <name>ImportList</name>
    <message>
        <source>Import OPML</source>
        <translation>匯入 OPML</translation>
    </message>
    <message>
        <source>Reading the list…</source>
        <translation>正在讀取清單…</translation>
    </message>
    <message>
        <source>Feeds of the list</source>
        <translation>清單中的訂閱源</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全選</translation>
    </message>
    <message>
        <source>None</source>
        <translation>全不選</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>匯入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>followed already</source>
        <translation>已訂閱</translation>
    </message>
    <message>
        <source>{host}, on your own network</source>
        <translation>{host}，在你自己的網路中</translation>
    </message>
    <message>
        <source>There is no feed in this list.</source>
        <translation>這份清單裡沒有訂閱源。</translation>
    </message>
    <message>
        <source>You follow all {count} feeds of this list already.</source>
        <translation>清單中的 {count} 個訂閱源你都已訂閱。</translation>
    </message>
    <message>
        <source>{count} feeds, all of them new.</source>
        <translation>{count} 個訂閱源，全是新的。</translation>
    </message>
    <message>
        <source>{new} new feeds; {known} are followed already and stay as they are.</source>
        <translation>{new} 個新訂閱源；{known} 個已訂閱，保持不變。</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 則警告</translation>
    </message>
    <message>
        <source>{count} warnings</source>
        <translation>{count} 則警告</translation>
    </message>
    <message>
        <source>Import 1 feed</source>
        <translation>匯入 1 個訂閱源</translation>
    </message>
    <message>
        <source>Import {count} feeds</source>
        <translation>匯入 {count} 個訂閱源</translation>
    </message>
    <message>
        <source>Adding {count} feeds…</source>
        <translation>正在加入 {count} 個訂閱源…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>快速鍵</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>Back to the sources</source>
        <translation>返回來源</translation>
    </message>
</context>
<context>
    <name>Listing</name>
    <message>
        <source>Search</source>
        <translation>搜尋</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>書籤</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>繼續閱讀</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>所有文章</translation>
    </message>
    <message>
        <source>Not understood</source>
        <translation>無法理解</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>找不到</translation>
    </message>
    <message>
        <source>No article contains these words.</source>
        <translation>沒有文章包含這些字詞。</translation>
    </message>
    <message>
        <source>This source has not been read yet.</source>
        <translation>這個來源尚未讀取過。</translation>
    </message>
    <message>
        <source>This source holds no articles yet.</source>
        <translation>這個來源還沒有文章。</translation>
    </message>
    <message>
        <source>No articles</source>
        <translation>沒有文章</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Press S in an article, and it stays here, whatever happens to its source.</source>
        <translation>閱讀時按 S 即可留下，來源消失也不怕。</translation>
    </message>
    <message>
        <source>Nothing bookmarked yet</source>
        <translation>還沒有書籤</translation>
    </message>
    <message>
        <source>An article that you leave half read waits here, at the place where you left it.</source>
        <translation>讀到一半的文章會在這裡，停在上次的位置。</translation>
    </message>
    <message>
        <source>Nothing half read</source>
        <translation>沒有讀到一半的文章</translation>
    </message>
    <message>
        <source>Nothing new today</source>
        <translation>今天沒有新文章</translation>
    </message>
    <message>
        <source>No article is dated today.</source>
        <translation>沒有日期為今天的文章。</translation>
    </message>
    <message>
        <source>Your sources hold no articles yet.</source>
        <translation>你的來源裡還沒有文章。</translation>
    </message>
    <message>
        <source>Everything in {list} has been read. New articles arrive with the next refresh.</source>
        <translation>「{list}」已讀完，下次重新整理會有新文章。</translation>
    </message>
    <message>
        <source>All caught up</source>
        <translation>都讀完了</translation>
    </message>
    <message>
        <source>Show read articles</source>
        <translation>顯示已讀</translation>
    </message>
    <message>
        <source>Not refreshed yet</source>
        <translation>尚未成功重新整理</translation>
    </message>
    <message>
        <source>Not refreshed since {date}</source>
        <translation>{date}起未能重新整理</translation>
    </message>
    <message>
        <source>Stored articles are safe.</source>
        <translation>已存文章完好。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Change the address…</source>
        <translation>變更網址…</translation>
    </message>
</context>
<context>
    <name>LookPopover</name>
    <message>
        <source>Text and theme</source>
        <translation>文字與主題</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟隨系統</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Sepia</source>
        <translation>米黃</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Contrast, light</source>
        <translation>高對比淺色</translation>
    </message>
    <message>
        <source>Contrast, dark</source>
        <translation>高對比深色</translation>
    </message>
    <message>
        <source>Sans</source>
        <translation>黑體</translation>
    </message>
    <message>
        <source>Serif</source>
        <translation>明體</translation>
    </message>
    <message>
        <source>Latin font</source>
        <translation>西文字型</translation>
    </message>
    <message>
        <source>CJK font</source>
        <translation>中日韓字型</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>字級</translation>
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
        <translation>行寬</translation>
    </message>
    <message>
        <source>{n} em</source>
        <translation>{n} 字</translation>
    </message>
    <message>
        <source>Justify Chinese and Japanese</source>
        <translation>中文與日文左右對齊</translation>
    </message>
    <message>
        <source>Reset to defaults</source>
        <translation>恢復預設</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
</context>
<context>
    <name>PictureActs</name>
    <message>
        <source>This article has no pictures.</source>
        <translation>本文沒有圖片。</translation>
    </message>
    <message>
        <source>No article is open.</source>
        <translation>沒有開啟的文章。</translation>
    </message>
    <message>
        <source>Details of the pictures copied.</source>
        <translation>已拷貝圖片詳情。</translation>
    </message>
    <message>
        <source>Show large</source>
        <translation>放大檢視</translation>
    </message>
    <message>
        <source>Open the picture in the browser</source>
        <translation>在瀏覽器中開啟圖片</translation>
    </message>
    <message>
        <source>Copy the picture’s address</source>
        <translation>拷貝圖片位址</translation>
    </message>
    <message>
        <source>Picture doctor</source>
        <translation>圖片診斷</translation>
    </message>
    <message>
        <source>Open the link in the browser</source>
        <translation>在瀏覽器中開啟連結</translation>
    </message>
    <message>
        <source>Copy the link’s address</source>
        <translation>拷貝連結位址</translation>
    </message>
    <message>
        <source>The pictures of this source are always loaded from now on.</source>
        <translation>今後一律載入此來源的圖片。</translation>
    </message>
    <message>
        <source>The picture cache is cleared: {bytes} are free again.</source>
        <translation>圖片快取已清除，釋出 {bytes}。</translation>
    </message>
</context>
<context>
    <name>PictureDoctor</name>
    <message>
        <source>Picture doctor</source>
        <translation>圖片診斷</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Retry all that are missing</source>
        <translation>重試所有缺少的</translation>
    </message>
    <message>
        <source>Show large</source>
        <translation>放大檢視</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>拷貝詳情</translation>
    </message>
    <message>
        <source>Pictures of the article</source>
        <translation>本文的圖片</translation>
    </message>
    <message>
        <source>This article has no pictures.</source>
        <translation>本文沒有圖片。</translation>
    </message>
    <message>
        <source>{missing} of {count} missing</source>
        <translation>{count} 張中缺 {missing} 張</translation>
    </message>
    <message>
        <source>{count} pictures, none is missing</source>
        <translation>{count} 張圖片，一張不缺</translation>
    </message>
</context>
<context>
    <name>PictureModel</name>
    <message>
        <source>Asking…</source>
        <translation>正在請求…</translation>
    </message>
</context>
<context>
    <name>PictureSettings</name>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>儲存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>一律</translation>
    </message>
    <message>
        <source>On a click</source>
        <translation>點按時</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>載入圖片</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>Under the pointer</source>
        <translation>游標停留時</translation>
    </message>
    <message>
        <source>Moving pictures move</source>
        <translation>動圖播放</translation>
    </message>
    <message>
        <source>Those of the list</source>
        <translation>列表中的圖片</translation>
    </message>
    <message>
        <source>All, for reading offline</source>
        <translation>全部，供離線閱讀</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不預取</translation>
    </message>
    <message>
        <source>Fetch ahead</source>
        <translation>預先取得</translation>
    </message>
    <message>
        <source>Fetch ahead at most</source>
        <translation>預先取得上限</translation>
    </message>
    <message>
        <source>Hold at most</source>
        <translation>最多保存</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在統計…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Clear the picture cache</source>
        <translation>清除圖片快取</translation>
    </message>
    <message>
        <source>Picture proxy</source>
        <translation>圖片代理</translation>
    </message>
    <message>
        <source>In articles</source>
        <translation>在文章中</translation>
    </message>
    <message>
        <source>A source may differ</source>
        <translation>各來源可另行設定</translation>
    </message>
    <message>
        <source>Moving ones move</source>
        <translation>動圖播放</translation>
    </message>
    <message>
        <source>After a refresh</source>
        <translation>重新整理之後</translation>
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
        <translation>在本機</translation>
    </message>
    <message>
        <source>Held now</source>
        <translation>現已保存</translation>
    </message>
    <message>
        <source>When nothing else helps</source>
        <translation>其他辦法都不行時</translation>
    </message>
    <message>
        <source>It is told the address of the picture; none is asked when this is empty.</source>
        <translation>代理會得知圖片的位址；留空則不使用代理。</translation>
    </message>
    <message>
        <source>1 picture, {bytes}</source>
        <translation>1 張圖片，{bytes}</translation>
    </message>
    <message>
        <source>{count} pictures, {bytes}</source>
        <translation>{count} 張圖片，{bytes}</translation>
    </message>
    <message>
        <source>{bytes} of it belong to bookmarks, and stay.</source>
        <translation>其中 {bytes} 屬於書籤，予以保留。</translation>
    </message>
    <message>
        <source>Clearing…</source>
        <translation>正在清除…</translation>
    </message>
    <message>
        <source>The proxy’s address begins with https:// and has {url} in it.</source>
        <translation>代理位址以 https:// 開頭，並含有 {url}。</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>Previous picture</source>
        <translation>上一張圖片</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一張圖片</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Fit the window</source>
        <translation>符合視窗</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>實際大小</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存新檔…</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>拷貝圖片</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>第 {n} 張，共 {count} 張</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>儲存圖片</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>已儲存：{name}</translation>
    </message>
    <message>
        <source>Copied: {name}</source>
        <translation>已拷貝：{name}</translation>
    </message>
</context>
<context>
    <name>Reading</name>
    <message>
        <source>Video</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音訊</translation>
    </message>
    <message>
        <source>Open in player or browser</source>
        <translation>在播放器或瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search all articles</source>
        <translation>搜尋所有文章</translation>
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
        <translation>此處不載入圖片。</translation>
    </message>
    <message>
        <source>Load now</source>
        <translation>現在載入</translation>
    </message>
    <message>
        <source>Always for this source</source>
        <translation>此來源一律載入</translation>
    </message>
    <message>
        <source>Source, as it was received</source>
        <translation>原始碼，收到時的原樣</translation>
    </message>
    <message>
        <source>Original words, with nothing removed</source>
        <translation>原文，未經刪減</translation>
    </message>
    <message>
        <source>This article cannot be shown</source>
        <translation>這篇文章無法顯示</translation>
    </message>
    <message>
        <source>N opens the next unread, ? shows all keys.</source>
        <translation>按 N 讀下一篇未讀，按 ? 看所有快速鍵。</translation>
    </message>
    <message>
        <source>No article selected</source>
        <translation>未選取文章</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Menu</source>
        <translation>選單</translation>
    </message>
    <message>
        <source>Refresh all sources</source>
        <translation>重新整理所有來源</translation>
    </message>
    <message>
        <source>Add a source</source>
        <translation>新增來源</translation>
    </message>
    <message>
        <source>Filter sources</source>
        <translation>篩選來源</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>書籤</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>繼續閱讀</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>所有文章</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>being refreshed</source>
        <translation>正在重新整理</translation>
    </message>
    <message>
        <source>trouble</source>
        <translation>發生問題</translation>
    </message>
    <message>
        <source>{count} unread</source>
        <translation>{count} 篇未讀</translation>
    </message>
</context>
<context>
    <name>SourceActs</name>
    <message>
        <source>Choose a source first.</source>
        <translation>請先選擇一個來源。</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>開啟檔案</translation>
    </message>
    <message>
        <source>Sample library</source>
        <translation>範例文庫</translation>
    </message>
    <message>
        <source>Import OPML</source>
        <translation>匯入 OPML</translation>
    </message>
    <message>
        <source>1 feed added</source>
        <translation>已加入 1 個訂閱</translation>
    </message>
    <message>
        <source>{count} feeds added</source>
        <translation>已加入 {count} 個訂閱</translation>
    </message>
    <message>
        <source>OPML, keys in addresses starred (*.opml)</source>
        <translation>OPML，網址中的金鑰以星號代替 (*.opml)</translation>
    </message>
    <message>
        <source>OPML with keys, for yourself (*.opml)</source>
        <translation>OPML，含金鑰，僅供自己使用 (*.opml)</translation>
    </message>
    <message>
        <source>Export OPML</source>
        <translation>匯出 OPML</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已寫入：{path}</translation>
    </message>
</context>
<context>
    <name>SourceChanges</name>
    <message>
        <source>“{title}” moved to “{folder}”</source>
        <translation>「{title}」已移到「{folder}」</translation>
    </message>
    <message>
        <source>“{title}” moved</source>
        <translation>「{title}」已移動</translation>
    </message>
    <message>
        <source>{count} sources moved</source>
        <translation>已移動 {count} 個來源</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新增資料夾</translation>
    </message>
    <message>
        <source>What is kept goes when its bookmarks go.</source>
        <translation>保留的文章會隨書籤一起消失。</translation>
    </message>
    <message>
        <source>“{title}” removed; what you bookmarked stays</source>
        <translation>「{title}」已移除，加了書籤的文章仍保留</translation>
    </message>
    <message>
        <source>{count} sources removed; what you bookmarked stays</source>
        <translation>已移除 {count} 個來源，加了書籤的文章仍保留</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
</context>
<context>
    <name>SourcePanel</name>
    <message>
        <source>Properties</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>儲存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>As the source calls itself</source>
        <translation>用來源自己的名稱</translation>
    </message>
    <message>
        <source>None</source>
        <translation>無</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>位址</translation>
    </message>
    <message>
        <source>Refresh every</source>
        <translation>重新整理間隔</translation>
    </message>
    <message>
        <source>As set for all</source>
        <translation>與整體設定相同</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>一律</translation>
    </message>
    <message>
        <source>On a click</source>
        <translation>點按時</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>從不</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>載入圖片</translation>
    </message>
    <message>
        <source>Fetch pictures ahead</source>
        <translation>預先取得圖片</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>使用者名稱</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>不變</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密碼</translation>
    </message>
    <message>
        <source>Name: value</source>
        <translation>X-Name: 值</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>請求標頭</translation>
    </message>
    <message>
        <source>List drafts, too</source>
        <translation>也列出草稿</translation>
    </message>
    <message>
        <source>Unread again when changed</source>
        <translation>有更動時重新標為未讀</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>週</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>標題</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>資料夾</translation>
    </message>
    <message>
        <source>Refreshing</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Fetch ahead</source>
        <translation>預先取得</translation>
    </message>
    <message>
        <source>All of them, for reading offline</source>
        <translation>全部，供離線閱讀</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>存取</translation>
    </message>
    <message>
        <source>User</source>
        <translation>使用者</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>憑證</translation>
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
        <translation>尚未發布的文章</translation>
    </message>
    <message>
        <source>When changed</source>
        <translation>有更動時</translation>
    </message>
    <message>
        <source>Unread again</source>
        <translation>重新標為未讀</translation>
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
        <translation>加了書籤的文章一律保留。</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>健康狀況</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>最近一次成功</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近的錯誤</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>下次嘗試</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>已儲存</translation>
    </message>
    <message>
        <source>Only one that is signed by a known authority</source>
        <translation>僅限由已知機構簽發的憑證</translation>
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
        <translation>檢視…</translation>
    </message>
    <message>
        <source>Its certificate is signed by nobody known. Save to accept this very one.</source>
        <translation>它的憑證並非由已知機構簽發。儲存即表示只接受這一張。</translation>
    </message>
    <message>
        <source>Its certificate needs no leave of yours.</source>
        <translation>它的憑證無需你特別許可。</translation>
    </message>
    <message>
        <source>“{line}” is no header: it needs a colon</source>
        <translation>「{line}」不是請求標頭：缺少冒號</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>SourceView</name>
    <message>
        <source>Sources</source>
        <translation>來源</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Offline</source>
        <translation>離線</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就緒</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>1 source failing</source>
        <translation>1 個來源發生問題</translation>
    </message>
    <message>
        <source>{count} sources failing</source>
        <translation>{count} 個來源發生問題</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>UndoHistory</name>
    <message>
        <source>History</source>
        <translation>歷程記錄</translation>
    </message>
    <message>
        <source>What is removed can come back for 30 days.</source>
        <translation>移除的內容在 30 天內都可以復原。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>沒有可復原的操作。</translation>
    </message>
    <message>
        <source>Nothing of it is as it was left, or its source must come back first.</source>
        <translation>其中內容後來都已改變，或須先復原它的來源。</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Something unexpected happened. What you did is saved.</source>
        <translation>發生了意外的問題。你做的操作都已儲存。</translation>
    </message>
    <message>
        <source>This library can only be read; nothing is changed.</source>
        <translation>文庫唯讀，不會有任何變更。</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就緒</translation>
    </message>
    <message>
        <source>“{name}” is no article of this library.</source>
        <translation>「{name}」不是這個文庫中的文章。</translation>
    </message>
    <message>
        <source>Printed.</source>
        <translation>已列印。</translation>
    </message>
    <message>
        <source>The article could not be printed.</source>
        <translation>無法列印這篇文章。</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>已儲存：{file}</translation>
    </message>
    <message>
        <source>{file} cannot be written.</source>
        <translation>無法寫入 {file}。</translation>
    </message>
    <message>
        <source>Nothing unread in this list.</source>
        <translation>清單中沒有未讀文章。</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已將 1 篇標為已讀</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已將 {count} 篇標為已讀</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>已復原。</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>沒有可復原的操作。</translation>
    </message>
    <message>
        <source>What is bookmarked stays: remove its bookmark first.</source>
        <translation>有書籤的文章會保留：請先移除書籤。</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：「{title}」</translation>
    </message>
    <message>
        <source>This article has no page on the web.</source>
        <translation>這篇文章沒有網頁。</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>已複製：{text}</translation>
    </message>
    <message>
        <source>Refreshing {done} of {total}</source>
        <translation>正在重新整理 {done} / {total}</translation>
    </message>
    <message>
        <source>Pictures {done} of {total}</source>
        <translation>圖片 {done} / {total}</translation>
    </message>
    <message>
        <source>Nothing was asked: the server wants no visit before {time}.</source>
        <translation>沒有送出要求：伺服器要求 {time} 之後再來。</translation>
    </message>
    <message>
        <source>This network seems to want a login first: pages came where feeds were.</source>
        <translation>這個網路似乎需要先登入：訂閱源的位置傳回了網頁。</translation>
    </message>
    <message>
        <source>Offline. Reading from this computer.</source>
        <translation>離線，正在讀取本機內容。</translation>
    </message>
    <message>
        <source>Stopped. What came is stored.</source>
        <translation>已停止，收到的都已存好。</translation>
    </message>
    <message>
        <source>Refreshed {time}, 1 new article</source>
        <translation>{time} 已重新整理，新文章 1 篇</translation>
    </message>
    <message>
        <source>Refreshed {time}, {count} new articles</source>
        <translation>{time} 已重新整理，新文章 {count} 篇</translation>
    </message>
    <message>
        <source>Refreshed {time}</source>
        <translation>{time} 已重新整理</translation>
    </message>
    <message>
        <source>Inkstone {version}. A private, offline-first reader. No account, no telemetry: only your sources and the servers of their pictures are contacted.</source>
        <translation>Inkstone {version}，重視隱私、離線優先的閱讀器。無需帳號，沒有遙測：只連線到你的來源及其圖片的伺服器。</translation>
    </message>
    <message>
        <source>About Inkstone</source>
        <translation>關於 Inkstone</translation>
    </message>
</context>
<context>
    <name>_Details</name>
    <message>
        <source>Address</source>
        <translation>位址</translation>
    </message>
    <message>
        <source>Inside of the article</source>
        <translation>在文章裡面</translation>
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
        <translation>該主機的經驗</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>上次請求</translation>
    </message>
    <message>
        <source>Again by itself</source>
        <translation>自動重試時間</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>說明</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>嘗試</translation>
    </message>
</context>
<context>
    <name>_TitleField</name>
    <message>
        <source>Title</source>
        <translation>標題</translation>
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
        <translation>發生了意外的問題（{kind}：{detail}）。</translation>
    </message>
    <message>
        <source>The server answered “{answer}” for {url}.</source>
        <translation>要求 {url} 時，伺服器回應「{answer}」。</translation>
    </message>
    <message>
        <source>The certificate of {url} is not trusted: {detail}.</source>
        <translation>{url} 的憑證不受信任：{detail}。</translation>
    </message>
    <message>
        <source>The certificate of {url} is not trusted: {detail} (SHA-256 {fingerprint}).</source>
        <translation>{url} 的憑證不受信任：{detail}（SHA-256 {fingerprint}）。</translation>
    </message>
    <message>
        <source>The answer of {url} is larger than {limit} MB.</source>
        <translation>{url} 的回應超過 {limit} MB。</translation>
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
        <translation>連不上圖片伺服器 {host}。</translation>
    </message>
    <message>
        <source>The picture’s server {host} refused it ({status}).</source>
        <translation>圖片伺服器 {host} 拒絕了要求（{status}）。</translation>
    </message>
    <message>
        <source>The picture is no longer on {host} ({status}).</source>
        <translation>圖片已不在 {host} 上（{status}）。</translation>
    </message>
    <message>
        <source>The picture’s server {host} took too long.</source>
        <translation>圖片伺服器 {host} 回應太慢。</translation>
    </message>
    <message>
        <source>The picture on {host} is too large.</source>
        <translation>{host} 上的圖片太大。</translation>
    </message>
    <message>
        <source>What {host} sent is not a picture.</source>
        <translation>{host} 傳來的不是圖片。</translation>
    </message>
    <message>
        <source>The picture on {host} would unpack to an unreasonable size.</source>
        <translation>{host} 上的圖片解開後大得離譜。</translation>
    </message>
    <message>
        <source>The picture’s address may not be contacted: {detail}.</source>
        <translation>不允許連線到這個圖片網址：{detail}。</translation>
    </message>
    <message>
        <source>This picture was not stored before you went offline.</source>
        <translation>離線前沒有存下這張圖。</translation>
    </message>
    <message>
        <source>The picture on {host} cannot be shown ({detail}).</source>
        <translation>{host} 上的圖片無法顯示（{detail}）。</translation>
    </message>
    <message>
        <source>There is no article “{name}”.</source>
        <translation>沒有名為「{name}」的文章。</translation>
    </message>
    <message>
        <source>There is no source “{name}”.</source>
        <translation>沒有名為「{name}」的來源。</translation>
    </message>
    <message>
        <source>There is no file or folder “{name}”.</source>
        <translation>沒有名為「{name}」的檔案或資料夾。</translation>
    </message>
    <message>
        <source>“{name}” is not there.</source>
        <translation>找不到「{name}」。</translation>
    </message>
    <message>
        <source>{url} may not be contacted: {detail}.</source>
        <translation>不允許連線到 {url}：{detail}。</translation>
    </message>
    <message>
        <source>{url} gave no complete answer within {seconds} seconds.</source>
        <translation>{url} 在 {seconds} 秒內沒有完整回應。</translation>
    </message>
    <message>
        <source>{url} cannot be reached: {detail}.</source>
        <translation>連不上 {url}：{detail}。</translation>
    </message>
    <message>
        <source>Stopped before {url} answered.</source>
        <translation>未等 {url} 回應便已停止。</translation>
    </message>
    <message>
        <source>{url} cannot be fetched.</source>
        <translation>無法取得 {url}。</translation>
    </message>
    <message>
        <source>There is no network: none of the sources can be reached.</source>
        <translation>沒有網路：所有來源都無法連線。</translation>
    </message>
    <message>
        <source>This network wants a login first: pages came where feeds were. Nothing was changed.</source>
        <translation>這個網路需要先登入：訂閱源的位置傳回了網頁。沒有任何更動。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {detail}.</source>
        <translation>無法讀取 {path}：{detail}。</translation>
    </message>
    <message>
        <source>The library {path} is in use by another program{detail}.</source>
        <translation>文庫 {path} 正由另一個程式使用{detail}。</translation>
    </message>
    <message>
        <source>The disk is full; the library {path} was not changed{detail}.</source>
        <translation>磁碟已滿，文庫 {path} 未作變更{detail}。</translation>
    </message>
    <message>
        <source>{path} is not an Inkstone library, or it is damaged{detail}. It was left as it is.</source>
        <translation>{path} 不是 Inkstone 文庫，或已損毀{detail}。檔案未被更動。</translation>
    </message>
    <message>
        <source>The library {path} was made by a newer Inkstone{detail}.</source>
        <translation>文庫 {path} 由較新版本的 Inkstone 建立{detail}。</translation>
    </message>
    <message>
        <source>The library {path} can only be read; nothing was changed{detail}.</source>
        <translation>文庫 {path} 唯讀，未作任何變更{detail}。</translation>
    </message>
    <message>
        <source>The library {path} cannot be opened{detail}.</source>
        <translation>無法開啟文庫 {path}{detail}。</translation>
    </message>
    <message>
        <source>The library {path} cannot be used{detail}.</source>
        <translation>無法使用文庫 {path}{detail}。</translation>
    </message>
    <message>
        <source>The system’s keyring does not take the password ({detail}): it is kept until Inkstone ends.</source>
        <translation>系統鑰匙圈不接受這個密碼（{detail}）：它只保留到 Inkstone 結束。</translation>
    </message>
    <message>
        <source>Reading was given up after {seconds} seconds ({task}).</source>
        <translation>讀取超過 {seconds} 秒，已放棄（{task}）。</translation>
    </message>
    <message>
        <source>As root the page engine would need its sandbox switched off, which Inkstone never does by itself: start it as an ordinary user, or set QTWEBENGINE_DISABLE_SANDBOX=1.</source>
        <translation>以 root 身分執行時，頁面引擎必須關閉沙箱，而 Inkstone 絕不自行關閉：請以一般使用者啟動，或設定 QTWEBENGINE_DISABLE_SANDBOX=1。</translation>
    </message>
</context>
</TS>
