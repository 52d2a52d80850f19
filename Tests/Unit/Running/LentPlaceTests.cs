using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

public sealed class LentPlaceTests
{
    private readonly Queue<TaskCompletionSource> _asked = new();
    private readonly LentPlace _place;
    private int _given;

    public LentPlaceTests() => _place = new LentPlace(
        () => _given++,
        () =>
        {
            var place = new TaskCompletionSource();
            _asked.Enqueue(place);
            return place.Task;
        });

    [Fact]
    public async Task Begin_SeveralWaits_LendThePlaceOnceAndTakeItBackWithTheLast()
    {
        Assert.True(_place.Begin());
        Assert.True(_place.Begin());
        Assert.Equal(1, _given);

        await _place.EndAsync();
        Assert.Empty(_asked);
        var returning = _place.EndAsync();
        await TakeAsync();
        await returning;

        Assert.Equal(1, _given);
        Assert.True(_place.Finish());
    }

    [Fact]
    public async Task Finish_WhileThePlaceIsLent_ReturnsALatePlace()
    {
        _place.Begin();
        var returning = _place.EndAsync();

        Assert.False(_place.Finish());
        Assert.False(_place.Begin());
        await TakeAsync();
        await returning;

        Assert.Equal(2, _given);
    }

    [Fact]
    public async Task Begin_WhileThePlaceReturns_LendsItAgain()
    {
        _place.Begin();
        var returning = _place.EndAsync();
        Assert.True(_place.Begin());
        await TakeAsync();
        await returning;
        Assert.Equal(2, _given);

        var last = _place.EndAsync();
        await TakeAsync();
        await last;
        Assert.True(_place.Finish());
        Assert.Equal(2, _given);
    }

    private async Task TakeAsync()
    {
        TaskCompletionSource? place;
        while (!_asked.TryDequeue(out place))
        {
            await Task.Yield();
        }

        place.SetResult();
    }
}
