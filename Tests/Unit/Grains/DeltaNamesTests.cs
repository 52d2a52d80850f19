using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Grains;

public sealed class DeltaNamesTests
{
    [Fact]
    public void Take_Repeatedly_ReturnsEachNameOfAGenerationOnce()
    {
        var names = new DeltaNames();

        Assert.Equal(3, names.Take(7, named: 3, count: 2));
        Assert.Equal(5, names.Take(7, named: 3, count: 2));
        Assert.Equal(0, names.Take(8, named: 0, count: 1));
        Assert.Equal(7, names.Take(7, named: 3, count: 1));
        Assert.Equal(1, names.Take(8, named: 1, count: 1));
        Assert.Equal(9, names.Take(8, named: 9, count: 1));
    }
}
