namespace BenchFleet.Agent.Tests;

public class NewsTests
{
    [Fact]
    public void What_goes_on_is_said_once_and_again_after_it_was_over()
    {
        var news = new News();
        bool[] said = [news.Is("away"), news.Is("away"), news.Is("full"), news.Is("away")];
        news.Over();

        Assert.Equal([true, false, true, true], said);
        Assert.True(news.Is("away"));
    }
}
